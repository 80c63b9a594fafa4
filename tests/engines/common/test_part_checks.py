"""Checks of what searchers and schedulers return, before Tune has it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from ray.tune.search import Searcher

from benchmarks.engines.common.part_checks import Unusable, check_suggestions, plan_of, scheduler_of
from benchmarks.suite.registry import (
    SCHEDULERS,
    SchedulerSpec,
    ScheduleSetup,
    SearcherSpec,
    SearchPlan,
    SearchSetup,
)

ASKED = SearchSetup({}, 4, 0, 1)
SCHEDULE = ScheduleSetup({}, (), 4, 3, 1, 0)


class Own(Searcher):
    """Suggests what it is told to."""

    given: Any = None

    def suggest(self, trial_id: str) -> Any:
        return self.given


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "build returned None; expected a SearchPlan"),
        ({"x": 1}, "build returned {'x': 1}; expected a SearchPlan"),
        (SearchPlan({}, -1), "build returned a SearchPlan of -1 samples; expected 1 or more"),
        (SearchPlan({}, 0), "build returned a SearchPlan of 0 samples; expected 1 or more"),
        (SearchPlan([1], 3), "build returned a SearchPlan of the space [1]; expected a dict"),  # type: ignore[arg-type]
        (SearchPlan({}, 3, Own), "build returned a SearchPlan of the algorithm <class"),
    ],
)
def test_what_is_no_plan_is_named(given: Any, said: str) -> None:
    with pytest.raises(Unusable) as unusable:
        plan_of(SearcherSpec("mine", "", build=lambda setup: given), ASKED)
    assert str(unusable.value).startswith(said)


def test_what_is_no_scheduler_is_named() -> None:
    with pytest.raises(Unusable, match=r"^build returned None; expected a ray\.tune\.schedulers\.Trial"):
        scheduler_of(SchedulerSpec("mine", "", build=lambda setup: None), SCHEDULE)
    assert scheduler_of(SCHEDULERS["fifo"], SCHEDULE) is not None


def test_suggestion_that_is_none_is_named() -> None:
    search = Own()
    check_suggestions(search)
    for fine in (None, {"x": 1}, Searcher.FINISHED):
        search.given = fine
        assert search.suggest("a") == fine
    for wrong in ([1], "x", 3):
        search.given = wrong
        with pytest.raises(Unusable) as unusable:
            search.suggest("a")
        assert str(unusable.value) == f"suggested {wrong!r}; expected a dict, None or FINISHED"
    assert pickle.loads(pickle.dumps(search)).given == 3
