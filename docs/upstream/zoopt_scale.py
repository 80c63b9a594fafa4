"""ZOOptSearch has no logarithmic scale."""

from ray import tune
from ray.tune.search.zoopt import ZOOptSearch


def test_takes_a_logarithmic_domain() -> None:
    search = ZOOptSearch(budget=20)
    try:
        search.set_search_properties("loss", "min", {"lr": tune.loguniform(1e-4, 1)})
    except ValueError as error:
        raise AssertionError(f"loguniform(1e-4, 1) is refused: {error}") from error


if __name__ == "__main__":
    test_takes_a_logarithmic_domain()
