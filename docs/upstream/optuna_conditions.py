"""OptunaSearch leaves what lies in a branch of a choice unresolved, or refuses it."""

from ray import tune
from ray.tune.search.optuna import OptunaSearch


def test_draws_what_lies_in_a_branch() -> None:
    space = {"net": tune.choice([{"depth": tune.randint(1, 5)}, {"depth": 7}])}
    search = OptunaSearch(seed=0)
    try:
        search.set_search_properties("loss", "min", space)
        depths = [search.suggest(f"trial {number}")["net"]["depth"] for number in range(9)]
    except Exception as error:
        raise AssertionError(f"{type(error).__name__}: {error}") from error
    assert all(isinstance(depth, int) for depth in depths), f"a depth is {depths}"


if __name__ == "__main__":
    test_draws_what_lies_in_a_branch()
