"""BayesOptSearch loses points_to_evaluate for which it is asked while it waits for results."""

from ray import tune
from ray.tune.search.bayesopt import BayesOptSearch


def test_gives_all_first_points() -> None:
    first = [{"x": 0.1}, {"x": 0.2}, {"x": 0.3}, {"x": 0.4}]
    search = BayesOptSearch(points_to_evaluate=list(first), random_search_steps=2, random_state=0)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    given = [search.suggest(f"trial {number}") for number in range(3)]  # the third is asked for too early
    for number in range(2):
        search.on_trial_complete(f"trial {number}", {"loss": 0.0})
    given += [search.suggest(f"trial {number}") for number in range(3, 6)]
    lost = [point for point in first if point not in given]
    assert not lost, f"{lost} was never given"


if __name__ == "__main__":
    test_gives_all_first_points()
