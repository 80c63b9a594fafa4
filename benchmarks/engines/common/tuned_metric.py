"""The tuned metric as searcher and scheduler get it: a number in every result, once a trial has one.

A trial may leave its metric out of some epochs, or report something else than a number.  Ray ends the
experiment then or, with its check switched off, fails in schedulers and searchers.  Here the trial keeps the
value that it reported last; before the first one the scheduler is not called, and the trial continues.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.schedulers import TrialScheduler

from benchmarks.training.reports import described, number
from results.store.schema import NOISE_FREE, TUNE_FIELDS, TUNE_SIGNALS, metric_column, tune_name

MOST_NAMES = 8  # of the reported metrics that a reason lists


class TunedMetric:
    """The tuned metric of each trial: its last value, and what was reported in its place.

    Args:
        name: as the trainable reports it.
    """

    def __init__(self, name: str) -> None:
        self.name, self._key, self.column = name, tune_name(name), metric_column(name)
        self._last: dict[str, float] = {}
        self._others: dict[str, None] = {}  # what results without it had in its place
        self._odd = ""  # the first value that was not a number

    def complete(self, trial_id: str, result: dict[str, Any]) -> bool:
        """Put the trial's last value where a result has none; return whether there is one.

        What only the store is to know is taken out.
        """
        result.pop(NOISE_FREE, None)
        value = number(result.get(self._key))
        if value is None:
            value = self._last.get(trial_id)
        if value is None:
            result.pop(self._key, None)
            return False
        result[self._key] = self._last[trial_id] = value
        return True

    def note(self, result: Mapping[str, Any]) -> None:
        """Remember what a result without a number for the metric had instead."""
        if self._key in result and not self._odd:
            self._odd = described(result[self._key])
        ours = TUNE_FIELDS | TUNE_SIGNALS | {self._key, NOISE_FREE}
        self._others |= dict.fromkeys(str(name) for name in result if name not in ours)

    def why_none(self) -> str:
        """Say why results have no number for the metric: what was reported in its place."""
        if self._odd:
            return f"{self.name} was reported as {self._odd}; expected a number"
        if not self._others:
            return f"{self.name} was never reported, and nothing else was"
        return f"{self.name} was never reported; reported were: {_listed(self._others)}{self._nearest()}"

    def _nearest(self) -> str:
        last = {name.rpartition("/")[2]: name for name in self._others}
        near = difflib.get_close_matches(self.name, self._others, 1, 0.5)
        near = near or [last[n] for n in difflib.get_close_matches(self.name, last, 1, 0.5)]
        return f"; the nearest name is {near[0]}" if near else ""

    def stand_before(self, scheduler: Any, search: Any) -> None:
        """Let a scheduler and a searcher (None if there is none) have results with the metric only."""
        scheduler.on_trial_result = _SchedulerResult(scheduler.on_trial_result, self)
        scheduler.on_trial_complete = _SchedulerCompletion(scheduler, self)
        for name, stand_in in (
            ("on_trial_result", _SearcherResult),
            ("on_trial_complete", _SearcherCompletion),
        ):
            if hasattr(search, name):
                setattr(search, name, stand_in(getattr(search, name), self))


def _listed(names: Iterable[str]) -> str:
    every = sorted(names)
    more = f" and {len(every) - MOST_NAMES} more" if len(every) > MOST_NAMES else ""
    return ", ".join(every[:MOST_NAMES]) + more


class MethodStandIn:
    """Takes the place of a method of one object; pickled as the method itself."""

    def __init__(self, method: Callable[..., Any]) -> None:
        self._method = method

    def __reduce__(self) -> tuple[Any, ...]:
        return _same, (self._method,)


class _Guarded(MethodStandIn):
    """A method that gets results with the metric only."""

    def __init__(self, method: Callable[..., Any], metric: TunedMetric) -> None:
        super().__init__(method)
        self._metric = metric


class _SchedulerResult(_Guarded):
    """A scheduler's ``on_trial_result``; Tune hands the same dict to the searcher afterwards."""

    def __call__(self, controller: Any, trial: Trial, result: dict[str, Any]) -> Any:
        if not self._metric.complete(trial.trial_id, result):
            return TrialScheduler.CONTINUE
        return self._method(controller, trial, result)


class _SchedulerCompletion(_Guarded):
    """A scheduler's ``on_trial_complete``; a trial without any value is removed."""

    def __init__(self, scheduler: Any, metric: TunedMetric) -> None:
        super().__init__(scheduler.on_trial_complete, metric)
        self._scheduler = scheduler

    def __call__(self, controller: Any, trial: Trial, result: dict[str, Any]) -> Any:
        if self._metric.complete(trial.trial_id, result):
            return self._method(controller, trial, result)
        return self._scheduler.on_trial_remove(controller, trial)


class _SearcherResult(_Guarded):
    """A searcher's ``on_trial_result``."""

    def __call__(self, trial_id: str, result: dict[str, Any]) -> Any:
        return self._method(trial_id, result) if self._metric.complete(trial_id, result) else None


class _SearcherCompletion(_Guarded):
    """A searcher's ``on_trial_complete``; a trial without any value has failed."""

    def __call__(self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False) -> Any:
        if result is not None and not self._metric.complete(trial_id, result):
            result, error = None, True
        return self._method(trial_id, result=result, error=error)


def _same(method: Any) -> Any:
    return method
