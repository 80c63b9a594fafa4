"""NevergradSearch drops the step of a quantised domain."""

import nevergrad
from ray import tune
from ray.tune.search.nevergrad import NevergradSearch


def test_values_are_multiples_of_the_step() -> None:
    search = NevergradSearch(optimizer=nevergrad.optimizers.RandomSearch)
    search.set_search_properties("loss", "min", {"x": tune.quniform(0, 1, 0.25)})
    x = search.suggest("trial")["x"]
    assert x in (0, 0.25, 0.5, 0.75, 1), f"quniform(0, 1, 0.25) gave {x}"


if __name__ == "__main__":
    test_values_are_multiples_of_the_step()
