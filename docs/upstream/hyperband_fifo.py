"""HyperBandScheduler stops none of trials that come one by one, as every Searcher gives them."""

from ray.tune.experiment import Trial
from ray.tune.schedulers import HyperBandScheduler, TrialScheduler


def test_stops_some_trials() -> None:
    scheduler = HyperBandScheduler(metric="score", mode="max", max_t=9, reduction_factor=3)
    epochs = []
    for number in range(9):
        trial = Trial("trainable", trial_id=str(number), stub=True)
        scheduler.on_trial_add(None, trial)
        trial.set_status(Trial.RUNNING)
        for epoch in range(1, 10):
            result = {"score": -number, "training_iteration": epoch}
            if scheduler.on_trial_result(None, trial, result) != TrialScheduler.CONTINUE:
                break
        epochs.append(epoch)
    assert min(epochs) < 9, f"nine trials, each worse than all before it, have trained {epochs} of 9 epochs"


if __name__ == "__main__":
    test_stops_some_trials()
