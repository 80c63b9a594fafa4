"""Faults planted between a searcher's adapter and its library."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.suite.registry import SEARCHERS, SearchPlan, SearchSetup
from scripts.planted import plant

#: Learn from results, in different ways.
LEARNERS = ("optuna-tpe", "nevergrad-oneplusone", "nevergrad-cma")
#: Changes the library's adapter in place; it is also given the plan, which knows the metric, and the seed.
PlanChange = Callable[[Any, SearchPlan, int], None]


def put_between(change: PlanChange) -> None:
    """Wrap the builders of the learning searchers by a change of their adapters."""
    for name in LEARNERS:
        plant(SEARCHERS, name, build=_changed(SEARCHERS[name].build, change))


def _changed(
    build: Callable[[SearchSetup], SearchPlan], change: PlanChange
) -> Callable[[SearchSetup], SearchPlan]:
    def built(setup: SearchSetup) -> SearchPlan:
        plan = build(setup)
        change(plan.algorithm.searcher, plan, setup.seed)
        return plan

    return built
