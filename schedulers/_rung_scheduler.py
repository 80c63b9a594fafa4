"""Tune scheduler of successive halving that pauses trials on rungs."""

from __future__ import annotations

import math
from typing import Any

from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from schedulers._pausing import make_startable
from schedulers._rungs import Rungs

EPOCH = "training_iteration"


class RungScheduler(FIFOScheduler):
    """Carries out the decisions of ``rungs``.

    Trials are promoted when a trial reports, which is when a worker becomes free; so the order of the
    reports fixes the decisions, not how long it takes to save a checkpoint.  A trial that is to go on or to
    end may still be saving at that moment; Tune counts it as running until it is paused.  What it is to do
    waits until then, or the checkpoint would be lost.

    Args:
        rungs: the rungs and their trials.
        epochs: where a trial ends.
    """

    def __init__(self, rungs: Rungs, epochs: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._rungs, self._epochs = rungs, epochs
        self._sign = 1.0
        self._trials: dict[str, Trial] = {}
        self._new: dict[str, Trial] = {}  # all that have not begun, or must begin again, and some that have
        self._promoted: list[str] = []  # to go on and not yet seen to, in this order
        self._dropped: list[str] = []  # to be ended

    def set_search_properties(self, metric: str | None, mode: str | None, **spec: Any) -> bool:
        self._sign = -1.0 if mode == "min" else 1.0
        return bool(super().set_search_properties(metric, mode, **spec))

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:
        make_startable(trial)
        self._trials[trial.trial_id] = self._new[trial.trial_id] = trial
        self._rungs.enter(trial.trial_id)

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        name = trial.trial_id
        if name in self._promoted:  # it is under way, no need to start it
            self._promoted.remove(name)
        if result[EPOCH] >= self._epochs:
            return str(TrialScheduler.STOP)
        value = self._sign * result.get(str(self._metric), math.nan)
        if not self._rungs.report(name, result[EPOCH], value):
            return str(TrialScheduler.CONTINUE)
        self._judge(tune_controller)
        if name in self._promoted:  # it would be the next one anyway
            self._promoted.remove(name)
            return str(TrialScheduler.CONTINUE)
        if name in self._dropped:
            self._dropped.remove(name)
            return str(TrialScheduler.STOP)
        return str(TrialScheduler.PAUSE)

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        self.on_trial_remove(tune_controller, trial)

    def on_trial_error(self, tune_controller: Any, trial: Trial) -> None:
        self.on_trial_remove(tune_controller, trial)

    def on_trial_remove(self, tune_controller: Any, trial: Trial) -> None:
        self._rungs.leave(trial.trial_id)

    def _judge(self, controller: Any) -> None:
        decision = self._rungs.judge(more=not controller.search_alg.is_finished())
        self._promoted += decision.promoted
        self._dropped += decision.dropped

    def choose_trial_to_run(self, tune_controller: Any) -> Trial | None:
        self._judge(tune_controller)  # a trial may have left since the last report, or the search have ended
        self._end_the_dropped(tune_controller)
        starting = tune_controller._resetting_trials  # these have a worker already, but no new status
        for name in self._promoted:
            trial = self._trials[name]
            if trial.status in (Trial.PENDING, Trial.PAUSED) and trial not in starting:
                return trial
        for name, trial in list(self._new.items()):
            if trial.status != Trial.PENDING:
                del self._new[name]
            elif trial not in starting:
                return trial
        return None

    def _end_the_dropped(self, controller: Any) -> None:
        for trial in (self._trials[name] for name in self._dropped):
            if trial.status == Trial.PAUSED:
                controller.stop_trial(trial)
