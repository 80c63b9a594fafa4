"""HyperOptSearch draws the two ends of ``tune.lograndint`` half as often as it should."""

import math

from ray import tune
from ray.tune.search.hyperopt import HyperOptSearch


def test_the_first_integer_has_its_share() -> None:
    search = HyperOptSearch(random_state_seed=0, n_initial_points=10**6)
    search.set_search_properties("loss", "min", {"x": tune.lograndint(1, 5)})
    drawn = [search.suggest(f"trial {number}")["x"] for number in range(400)]
    share, expected = drawn.count(1) / 400, math.log(2) / math.log(5)  # [1, 2) of [1, 5), as Tune draws
    assert abs(share - expected) < 0.1, f"1 is drawn in {share:.2f} of the cases, not in {expected:.2f}"


if __name__ == "__main__":
    test_the_first_integer_has_its_share()
