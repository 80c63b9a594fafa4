"""TuneBOHB learns nothing with any scheduler but HyperBandForBOHB: it is random search then."""

from ray import tune
from ray.tune.search.bohb import TuneBOHB


def test_learns_from_results() -> None:
    search = TuneBOHB(seed=0)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    for number in range(30):
        name = f"trial {number}"
        result = {"loss": search.suggest(name)["x"], "training_iteration": 9}
        search.on_trial_result(name, result)  # as ASHA, FIFO, median stopping ... leave it
        search.on_trial_complete(name, result)
    assert search.bohber.kde_models, "after 30 trials with results BOHB has no model"


if __name__ == "__main__":
    test_learns_from_results()
