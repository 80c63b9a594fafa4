"""ASHAScheduler judges a trial by those before it: of trials that come from bad to good it stops none."""

from ray.tune.experiment import Trial
from ray.tune.schedulers import ASHAScheduler, TrialScheduler


def test_stops_the_worse_half_in_any_order() -> None:
    scheduler = ASHAScheduler(metric="score", mode="max", max_t=9, grace_period=1, reduction_factor=2)
    decisions = []
    for score in range(16):  # each trial is better than all before it
        trial = Trial("trainable", trial_id=str(score), stub=True)
        scheduler.on_trial_add(None, trial)
        result = {"score": score, "training_iteration": 1}
        decisions.append(scheduler.on_trial_result(None, trial, result))
    going_on = decisions.count(TrialScheduler.CONTINUE)
    assert going_on <= 9, f"with a reduction factor of 2, {going_on} of 16 trials go on beyond the first rung"


if __name__ == "__main__":
    test_stops_the_worse_half_in_any_order()
