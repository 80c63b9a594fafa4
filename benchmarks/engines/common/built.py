"""What a searcher and a scheduler give, looked at before Tune has it."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any

from ray.tune.schedulers import TrialScheduler
from ray.tune.search import SearchAlgorithm, Searcher

from benchmarks.core.refusal import shown
from benchmarks.engines.common.tuned import StandIn
from benchmarks.suite.registry import SchedulerSpec, ScheduleSetup, SearcherSpec, SearchPlan, SearchSetup


class Unusable(Exception):
    """What a searcher or a scheduler gave cannot be used; says why in one line."""


def plan_of(searcher: SearcherSpec, setup: SearchSetup) -> SearchPlan:
    """Return the plan that a searcher builds.

    Raises:
        Unusable: if it is none, or one that Tune cannot carry out.
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
    return plan


def scheduler_of(scheduler: SchedulerSpec, setup: ScheduleSetup) -> Any:
    """Return Tune's scheduler that a scheduler's spec builds.

    Raises:
        Unusable: if it is none.
    """
    built = scheduler.build(setup)
    if not isinstance(built, TrialScheduler):
        raise Unusable(f"build returned {shown(built)}; expected a ray.tune.schedulers.TrialScheduler")
    return built


def check_suggestions(search: Any) -> None:
    """Let a searcher's ``suggest`` raise Unusable when it returns what is no suggestion."""
    if hasattr(search, "suggest"):
        search.suggest = _Suggests(search.suggest)


class _Suggests(StandIn):
    """A searcher's ``suggest``, looked at; pickled as the plain method."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        given = self._method(*args, **options)
        known = given is None or isinstance(given, Mapping)
        if known or (isinstance(given, str) and given == Searcher.FINISHED):
            return given
        raise Unusable(f"suggested {shown(given)}; expected a dict, None or FINISHED")
