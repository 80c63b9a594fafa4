"""BayesOptSearch draws a logarithmic domain on a linear scale."""

from ray import tune
from ray.tune.search.bayesopt import BayesOptSearch


def test_logarithmic_scale() -> None:
    search = BayesOptSearch(random_search_steps=100, random_state=0)
    search.set_search_properties("loss", "min", {"lr": tune.loguniform(1e-6, 1.0)})
    rates = sorted(search.suggest(f"trial {number}")["lr"] for number in range(100))
    assert rates[50] < 0.1, f"the median of 100 draws from loguniform(1e-6, 1) is {rates[50]:.3f}, not 1e-3"


if __name__ == "__main__":
    test_logarithmic_scale()
