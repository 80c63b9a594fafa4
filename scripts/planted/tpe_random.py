"""Optuna's TPE draws at random to the end."""

from __future__ import annotations

from benchmarks.suite.registry import SEARCHERS, SearchPlan, SearchSetup
from scripts.planted import plant
from searchers._optuna import optuna_plan


def build(setup: SearchSetup) -> SearchPlan:
    return optuna_plan(setup, "RandomSampler")


plant(SEARCHERS, "optuna-tpe", build=build)
