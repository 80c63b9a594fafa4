"""Repeater tells its searcher that a configuration has failed if only the last of its trainings has."""

from ray.tune.search import Repeater, Searcher


class Learner(Searcher):
    told: object = "nothing"

    def suggest(self, trial_id: str) -> dict[str, float]:
        return {"x": 0.5}

    def on_trial_complete(self, trial_id: str, result: object = None, error: bool = False) -> None:
        self.told = "a failure" if error else result


def test_tells_the_mean_of_the_trainings_with_a_result() -> None:
    search = Repeater(Learner(metric="loss", mode="min"), repeat=2)
    for name in ("a", "b"):
        search.suggest(name)
    search.on_trial_complete("a", {"loss": 1.0})
    search.on_trial_complete("b", None, error=True)
    assert search.searcher.told == {"loss": 1.0}, (
        f"losses 1.0 and a failure were told as {search.searcher.told}"
    )


if __name__ == "__main__":
    test_tells_the_mean_of_the_trainings_with_a_result()
