"""A trial that reports NaN stays running in Optuna's study without end."""

import math

from optuna.trial import TrialState
from ray import tune
from ray.tune.search.optuna import OptunaSearch


def test_a_trial_that_reports_nan_is_over() -> None:
    search = OptunaSearch(seed=0)
    search.set_search_properties("loss", "min", {"x": tune.uniform(0, 1)})
    search.suggest("trial")
    search.on_trial_complete("trial", {"loss": math.nan})
    [trial] = search._ot_study.trials
    assert trial.state != TrialState.RUNNING, "the trial has ended, and Optuna counts it as running"


if __name__ == "__main__":
    test_a_trial_that_reports_nan_is_over()
