"""Rungs in seconds of training: their unit, which is learned, and the trials on them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.result import TIME_TOTAL_S

from schedulers._rung_scheduler import EPOCH, RungScheduler
from schedulers._rungs import AsynchronousRungs, RungDecision


class CostRungs(AsynchronousRungs):
    """ASHA with promotion on rungs in units of cost.

    The unit is what an epoch costs: the median, over all trials so far, of the seconds that a trial's epochs
    have taken on average.  It is known as soon as one trial has reported, whatever the task, and settles as
    more do; what is decided already stays so.

    A trial rests at the epoch that ends nearest to the rung.  An epoch may cost more than the way to the next
    rung: a trial that is promoted and has spent that rung's cost already arrives there with its last value,
    without another epoch.

    Args:
        milestones: the rungs in units of cost, increasing.
        factor: one trial in so many is promoted.
    """

    def __init__(self, milestones: Sequence[int], factor: int) -> None:
        super().__init__(milestones, factor)
        self._spent: dict[str, float] = {}
        self._of_an_epoch: dict[str, float] = {}  # mean seconds, by trial
        self._last: dict[str, tuple[int, float]] = {}  # epoch and value of its last result

    def spend(self, trial: str, seconds: float, epochs: int) -> None:
        """Note that a trial has trained so long in all, for so many epochs; before its result is reported."""
        self._spent[trial] = seconds
        self._of_an_epoch[trial] = seconds / epochs

    @property
    def unit(self) -> float:
        """The seconds of an epoch."""
        return statistics.median(self._of_an_epoch.values())

    def reached(self, trial: str, rung: int) -> bool:
        """Return whether a trial has spent the cost of a rung, to half an epoch of its own.

        Rounded up instead, an epoch that takes a little less than the median would always be followed by
        another one.
        """
        spent = self._spent[trial] + self._of_an_epoch[trial] / 2
        return spent >= self._milestones[rung] * self.unit

    def report(self, trial: str, epoch: int, value: float) -> bool:
        self._last[trial] = epoch, value
        rung = self._climbing[trial]
        if rung == len(self._milestones) or not self.reached(trial, rung):
            return False
        return super().report(trial, self._milestones[rung], value)

    def judge(self, more: bool) -> RungDecision:
        decision = super().judge(more)
        # Some have been promoted to a rung whose cost they had spent, and rest there or were dropped.
        going_on = dict.fromkeys(trial for trial in decision.promoted if trial in self._climbing)
        return RungDecision(list(going_on), decision.dropped)

    def _promote(self, trial: str) -> None:
        super()._promote(trial)
        self.report(trial, *self._last[trial])


class CostScheduler(RungScheduler):
    """``RungScheduler`` that tells its rungs what each trial has cost."""

    _rungs: CostRungs

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        self._rungs.spend(trial.trial_id, result[TIME_TOTAL_S], result[EPOCH])
        return super().on_trial_result(tune_controller, trial, result)
