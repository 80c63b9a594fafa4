"""What Tune does for each trial or result that nothing here reads: the same objects without that work.

None of it changes a decision; the tests compare whole traces with and without.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ray.tune import PlacementGroupFactory
from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler
from ray.tune.trainable.metadata import _TrainingRunMetadata


class LeanMetadata(_TrainingRunMetadata):
    """A trial's metadata without running means of every number that it reports."""

    __setattr__ = object.__setattr__  # Ray's forgets a text that is never made here

    def update_metric(self, metric: str, value: Any, step: int | None = 1) -> None:
        """The rows have every value."""


class OneWorker(PlacementGroupFactory):
    """The one CPU of a trial; Tune copies it for each, and compares the copies again and again."""

    def __init__(self) -> None:
        super().__init__([{"CPU": 1.0}])

    def __deepcopy__(self, memo: Any) -> OneWorker:
        return self


class OpenTrials:
    """The trials that are not over, as the list of all of them to a scheduler that looks for one to start.

    FIFO looks for the first pending trial, then for the first paused one, at every step and among all trials
    that there ever were; so do the schedulers that inherit its choice.
    """

    def __init__(self) -> None:
        self._open: dict[Trial, None] = {}
        self.waiting = 0

    def note(self, trial: Trial, before: str | None) -> None:
        """Take note of a trial's status, and of the one that it had before."""
        self.waiting += (trial.status in WAITING) - (before in WAITING)
        if trial.is_finished():
            self._open.pop(trial, None)
        else:
            self._open.setdefault(trial)

    def __iter__(self) -> Iterator[Trial]:
        return iter(self._open if self.waiting else ())


WAITING = (Trial.PENDING, Trial.PAUSED)


def scans_all(scheduler: Any) -> bool:
    """Does this scheduler choose as FIFO does?"""
    return getattr(type(scheduler), "choose_trial_to_run", None) is FIFOScheduler.choose_trial_to_run
