"""HyperOptSearch leaves bounds that are not multiples of the step."""

from ray import tune
from ray.tune.search.hyperopt import HyperOptSearch


def test_stays_within_the_bounds() -> None:
    search = HyperOptSearch(random_state_seed=0)
    search.set_search_properties("loss", "min", {"x": tune.qrandint(1, 10, 4)})
    values = [search.suggest(f"trial {number}")["x"] for number in range(60)]
    lowest = min(values)
    assert lowest >= 1, f"qrandint(1, 10, 4) gave {lowest}"


if __name__ == "__main__":
    test_stays_within_the_bounds()
