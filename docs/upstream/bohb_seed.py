"""TuneBOHB draws from numpy's global generator, so that its seed does not decide what it proposes."""

import numpy as np
from ray import tune
from ray.tune.search.bohb import TuneBOHB


def proposals(other_draws: int) -> list[float]:
    search, given = TuneBOHB(seed=0), []
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1), "y": tune.uniform(0, 1)})
    np.random.seed(other_draws)
    for number in range(20):
        given.append(search.suggest(f"trial {number}")["x"])
        result = {"loss": given[-1], "training_iteration": 1, "hyperband_info": {"budget": 1}}
        search.on_trial_result(f"trial {number}", result)
        search.on_trial_complete(f"trial {number}", result)
    return given


def test_repeats_with_its_seed() -> None:
    same = [one == other for one, other in zip(proposals(1), proposals(2), strict=True)]
    assert all(same), f"with seed 0 twice, trial {same.index(False)} of 20 is another"


if __name__ == "__main__":
    test_repeats_with_its_seed()
