"""NevergradSearch has no seed, and draws from numpy's global generator."""

import inspect

import nevergrad
import numpy as np
from ray import tune
from ray.tune.search.nevergrad import NevergradSearch


def proposals(other_draws: int) -> list[float]:
    seeds = {name: 0 for name in inspect.signature(NevergradSearch).parameters if "seed" in name}
    search = NevergradSearch(optimizer=nevergrad.optimizers.RandomSearch, **seeds)
    np.random.seed(other_draws)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    return [search.suggest(f"trial {number}")["x"] for number in range(5)]


def test_repeats_with_a_seed() -> None:
    assert proposals(1) == proposals(2), "there is no seed that makes it propose the same twice"


if __name__ == "__main__":
    test_repeats_with_a_seed()
