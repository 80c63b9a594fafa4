"""NevergradSearch draws the two ends of an integer half as often as the others."""

import nevergrad
import numpy as np
from ray import tune
from ray.tune.search.nevergrad import NevergradSearch


def test_all_integers_have_the_same_share() -> None:
    np.random.seed(0)
    search = NevergradSearch(optimizer=nevergrad.optimizers.RandomSearch)
    search.set_search_properties("loss", "min", {"x": tune.randint(0, 3)})
    drawn = [int(search.suggest(f"trial {number}")["x"]) for number in range(600)]
    shares = [drawn.count(value) / 600 for value in range(3)]
    assert max(shares) < 0.42, (
        f"randint(0, 3) gives 0, 1, 2 in {', '.join(f'{s:.2f}' for s in shares)} of the cases"
    )


if __name__ == "__main__":
    test_all_integers_have_the_same_share()
