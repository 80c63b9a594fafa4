"""ZOOpt ends the process where the budget is below three trials."""

from ray import tune
from ray.tune.search.zoopt import ZOOptSearch


def test_a_small_budget_does_not_end_the_process() -> None:
    try:
        search = ZOOptSearch(budget=2)
        search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
        search.suggest("trial")
    except SystemExit as end:
        raise AssertionError("with a budget of two trials it calls sys.exit") from end


if __name__ == "__main__":
    test_a_small_budget_does_not_end_the_process()
