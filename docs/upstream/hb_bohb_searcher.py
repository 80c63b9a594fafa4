"""HyperBandForBOHB raises AttributeError with any searcher but TuneBOHB."""

from types import SimpleNamespace

from ray.tune.experiment import Trial
from ray.tune.schedulers import HyperBandForBOHB
from ray.tune.search import SearchGenerator
from ray.tune.search.optuna import OptunaSearch


def test_pauses_a_trial_of_any_searcher() -> None:
    scheduler = HyperBandForBOHB(metric="score", mode="max", max_t=9, reduction_factor=3)
    controller = SimpleNamespace(search_alg=SearchGenerator(OptunaSearch(metric="score", mode="max")))
    trial = Trial("trainable", stub=True)
    scheduler.on_trial_add(controller, trial)
    trial.set_status(Trial.RUNNING)
    try:
        for epoch in range(1, 10):
            scheduler.on_trial_result(controller, trial, {"score": 0.0, "training_iteration": epoch})
    except AttributeError as error:
        raise AssertionError(f"AttributeError: {error}") from error


if __name__ == "__main__":
    test_pauses_a_trial_of_any_searcher()
