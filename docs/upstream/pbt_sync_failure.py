"""Synchronous PBT: all trials wait without end for one that has failed."""

from types import SimpleNamespace

from ray import tune
from ray.tune.experiment import Trial
from ray.tune.schedulers import PopulationBasedTraining


def test_goes_on_after_a_failure() -> None:
    options = {"metric": "score", "mode": "max", "synch": True, "time_attr": "training_iteration"}
    scheduler = PopulationBasedTraining(
        perturbation_interval=2, hyperparam_mutations={"x": tune.uniform(0, 1)}, **options
    )
    waiting, failing = trials = [Trial("trainable", trial_id=n, config={"x": 0.5}, stub=True) for n in "ab"]
    controller = SimpleNamespace(get_trials=lambda: trials, get_live_trials=lambda: trials, search_alg=None)
    for trial in trials:
        scheduler.on_trial_add(controller, trial)
        trial.set_status(Trial.RUNNING)
    scheduler.on_trial_result(controller, waiting, {"score": 1.0, "training_iteration": 2})
    waiting.set_status(Trial.PAUSED)
    failing.set_status(Trial.ERROR)
    scheduler.on_trial_error(controller, failing)
    assert scheduler.choose_trial_to_run(controller), "one trial has failed, and the other one never goes on"


if __name__ == "__main__":
    test_goes_on_after_a_failure()
