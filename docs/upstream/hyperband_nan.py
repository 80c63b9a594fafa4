"""HyperBandScheduler sorts NaN to any position: of two trials it may stop the one with a value."""

import math

from ray.tune.experiment import Trial
from ray.tune.schedulers.hyperband import _Bracket


def test_nan_is_the_worst_of_values() -> None:
    bracket = _Bracket("training_iteration", max_trials=3, init_t_attr=1, max_t_attr=9, eta=3, s=2)
    for score in (0.9, math.nan, 0.5):
        trial = Trial("trainable", trial_id=str(score), stub=True)
        bracket.add_trial(trial)
        bracket.update_trial_stats(trial, {"score": score, "training_iteration": 1})
    good, _ = bracket.successive_halving("score", 1.0)
    best = [trial.trial_id for trial in good]
    assert best == ["0.9"], f"of the scores 0.9, nan and 0.5 the best is {', '.join(best)}"


if __name__ == "__main__":
    test_nan_is_the_worst_of_values()
