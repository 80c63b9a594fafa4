"""Optuna's TPE counts all trials as good: its model of the good ones says nothing."""

from __future__ import annotations

from benchmarks.suite.registry import SEARCHERS, SearchPlan, SearchSetup
from scripts.planted import plant
from searchers._optuna import optuna_plan


def every(trials: int) -> int:
    """Return the number of good trials among all."""
    return trials


def build(setup: SearchSetup) -> SearchPlan:
    return optuna_plan(
        setup, "TPESampler", n_startup_trials=setup.n_startup_trials, multivariate=False, gamma=every
    )


plant(SEARCHERS, "optuna-tpe", build=build)
