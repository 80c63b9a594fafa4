"""Checks of what a searcher and a scheduler build and suggest, before Tune gets it."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from ray.tune.schedulers import TrialScheduler
from ray.tune.search import SearchAlgorithm, Searcher

from benchmarks.core.refusal import shown
from benchmarks.engines.common.tuned_metric import MethodStandIn
from benchmarks.suite.registry import SchedulerSpec, ScheduleSetup, SearcherSpec, SearchPlan, SearchSetup


class Unusable(Exception):
    """An object that a searcher or a scheduler built cannot be used; says why in one line."""


def plan_of(searcher: SearcherSpec, setup: SearchSetup) -> SearchPlan:
    """Return the plan that a searcher builds.

    Raises:
        Unusable: if it is not a plan, or one that Tune cannot carry out.
    """
    plan: Any = searcher.build(setup)
    if not isinstance(plan, SearchPlan):
        raise Unusable(f"build returned {shown(plan)}; expected a SearchPlan")
    count: Any = plan.num_samples
    if not isinstance(count, Integral) or isinstance(count, bool) or count < 1:
        raise Unusable(f"build returned a SearchPlan of {shown(count)} samples; expected 1 or more")
    if not isinstance(plan.space, Mapping):
        raise Unusable(f"build returned a SearchPlan of the space {shown(plan.space)}; expected a dict")
    if plan.algorithm is not None and not isinstance(plan.algorithm, Searcher | SearchAlgorithm):
        raise Unusable(
            f"build returned a SearchPlan of the algorithm {shown(plan.algorithm)}; expected a Searcher or "
            "a SearchAlgorithm of ray.tune.search, or None"
        )
    if not isinstance(plan.told, str):
        raise Unusable(f"build returned a SearchPlan that was told {shown(plan.told)}; expected text")
    return plan


def scheduler_of(scheduler: SchedulerSpec, setup: ScheduleSetup) -> Any:
    """Return Tune's scheduler that a scheduler's spec builds.

    Raises:
        Unusable: if it is not a scheduler.
    """
    ray_scheduler = scheduler.build(setup)
    if not isinstance(ray_scheduler, TrialScheduler):
        raise Unusable(
            f"build returned {shown(ray_scheduler)}; expected a ray.tune.schedulers.TrialScheduler"
        )
    return ray_scheduler


def check_suggestions(search: Any) -> None:
    """Let a searcher's ``suggest`` raise Unusable when it returns something else than a suggestion."""
    if hasattr(search, "suggest"):
        search.suggest = _CheckedSuggest(search.suggest)


class _CheckedSuggest(MethodStandIn):
    """A searcher's ``suggest`` with a check; pickled as the plain method."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        suggestion = self._method(*args, **options)
        finished = isinstance(suggestion, str) and suggestion == Searcher.FINISHED
        if suggestion is None or finished or isinstance(suggestion, Mapping):
            return suggestion
        raise Unusable(f"suggested {shown(suggestion)}; expected a dict, None or FINISHED")
