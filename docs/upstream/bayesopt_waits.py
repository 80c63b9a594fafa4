"""BayesOptSearch never proposes again once one of its first random trials has failed."""

from ray import tune
from ray.tune.search.bayesopt import BayesOptSearch


def test_goes_on_after_a_failure() -> None:
    search = BayesOptSearch(random_search_steps=3, random_state=0)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    for number in range(3):
        search.suggest(f"trial {number}")
        search.on_trial_complete(
            f"trial {number}", {"loss": 1 / (1 + number)} if number else None, error=not number
        )
    assert search.suggest("trial 3") is not None, "all trials have ended, one of them failed: no suggestion"


if __name__ == "__main__":
    test_goes_on_after_a_failure()
