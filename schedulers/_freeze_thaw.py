"""Tune scheduler that freezes trials, and thaws the one from which most improvement is expected."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from schedulers._curve_ensemble import Floats, forecasts
from schedulers._pausing import make_startable

EPOCH = "training_iteration"
MOST_OVER = 256  # trials that are over and still tell how curves go on


class Basket:
    """The curves of all trials and what is expected of each; larger values are better, NaN is the worst.

    Args:
        epochs: where a trial ends.
        least_chance: a trial with a smaller probability of becoming the best is hopeless.
    """

    def __init__(self, epochs: int, least_chance: float) -> None:
        self._epochs, self._least_chance = epochs, least_chance
        self._curves: dict[str, Floats] = {}
        self._reached: dict[str, int] = {}  # the last epoch of each
        self._over: dict[str, None] = {}
        self._best = -math.inf
        self._known: tuple[dict[str, float], dict[str, float], float] | None = None
        self._hopeless: list[str] | None = None

    def add(self, trial: str, epoch: int, value: float) -> None:
        """Take a result; a trial that is trained anew has its later ones replaced."""
        curve = self._curves.setdefault(trial, np.full(self._epochs, math.nan))
        value = -math.inf if math.isnan(value) else value
        curve[self._reached.get(trial, 0) : epoch] = value  # epochs that were left out too
        curve[epoch:] = math.nan
        self._reached[trial] = epoch
        self._best = max(self._best, value)
        self._known = self._hopeless = None

    def end(self, trial: str) -> None:
        """Note that a trial is over; its curve is kept for a while, as others may go on like it."""
        if trial in self._curves:
            self._over[trial] = None
        for old in list(self._over)[:-MOST_OVER]:
            del self._curves[old], self._reached[old], self._over[old]

    def improvement(self, trial: str | None = None) -> float:
        """Return the expected improvement on the best value at a trial's last epoch; None is a new one."""
        improvements, _, of_a_new_one = self._forecasts()
        return improvements.get(trial, of_a_new_one) if trial is not None else of_a_new_one

    def hopeless(self) -> list[str]:
        """Return the trials that are unlikely to become the best, of those that are not over.

        A trial is one of them only if another one that went on was as good at its epoch: so one always trains
        to the end.
        """
        if self._hopeless is None:
            _, chances, _ = self._forecasts()
            self._hopeless = [
                trial
                for trial, chance in chances.items()
                if chance < self._least_chance and trial not in self._over and self._is_beaten(trial)
            ]
        return self._hopeless

    def _is_beaten(self, trial: str) -> bool:
        epoch = self._reached[trial]
        value = self._curves[trial][epoch - 1]
        return any(
            reached > epoch and self._curves[other][epoch - 1] >= value
            for other, reached in self._reached.items()
        )

    def _forecasts(self) -> tuple[dict[str, float], dict[str, float], float]:
        """Return expected improvements and chances by trial, and the improvement by a new one."""
        if self._known is None:
            if not math.isfinite(self._best):  # nothing is known yet, or everything failed
                return {}, {}, 1.0
            curves = np.array(list(self._curves.values()))
            found = forecasts(np.where(np.isposinf(curves), np.finfo(float).max, curves))
            improvements = found.expected_improvement(self._best)
            names = list(self._curves)
            self._known = (
                dict(zip(names, improvements.tolist(), strict=False)),
                dict(zip(names, found.chance(self._best).tolist(), strict=False)),
                float(improvements[-1]),
            )
        return self._known


class FreezeThawScheduler(FIFOScheduler):
    """Lets the workers train the trials of which most improvement is expected.

    Every few epochs a trial is frozen if more is expected of another one that waits, or of a new one.  One
    that hardly can become the best any more is ended.

    Args:
        epochs: where a trial ends.
        workers: trials that train at once.
        interval: epochs between two decisions on a trial.
        least_chance: a trial with a smaller probability of becoming the best is ended.
    """

    def __init__(self, epochs: int, workers: int, interval: int, least_chance: float) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._workers, self._interval = workers, interval
        self._basket = Basket(epochs, least_chance)
        self._sign = 1.0
        self._open: dict[str, Trial] = {}  # trials that are not over
        self._chosen: dict[str, Trial] = {}  # to be started, and not seen to run yet

    def set_search_properties(self, metric: str | None, mode: str | None, **spec: Any) -> bool:
        self._sign = -1.0 if mode == "min" else 1.0
        return bool(super().set_search_properties(metric, mode, **spec))

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:
        make_startable(trial)
        self._open[trial.trial_id] = trial

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        name = trial.trial_id
        self._chosen.pop(name, None)
        self._note(name, result)
        if result[EPOCH] % self._interval:
            return str(TrialScheduler.CONTINUE)
        if name in self._basket.hopeless():
            return str(TrialScheduler.STOP)
        others = [one.trial_id for one in self._waiting(tune_controller) if one.trial_id not in self._chosen]
        expected = [self._basket.improvement(other) for other in others]
        if not tune_controller.search_alg.is_finished():
            expected.append(self._basket.improvement())
        more = max(expected, default=-math.inf) > self._basket.improvement(name)
        return str(TrialScheduler.PAUSE if more else TrialScheduler.CONTINUE)

    def _note(self, name: str, result: dict[str, Any]) -> None:
        self._basket.add(name, result[EPOCH], self._sign * result.get(str(self._metric), math.nan))

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        if EPOCH in result:  # the scheduler is not asked about a last result
            self._note(trial.trial_id, result)
        self.on_trial_remove(tune_controller, trial)

    def on_trial_error(self, tune_controller: Any, trial: Trial) -> None:
        self.on_trial_remove(tune_controller, trial)

    def on_trial_remove(self, tune_controller: Any, trial: Trial) -> None:
        for trials in (self._open, self._chosen):
            trials.pop(trial.trial_id, None)
        self._basket.end(trial.trial_id)

    def choose_trial_to_run(self, tune_controller: Any) -> Trial | None:
        self._end_the_hopeless(tune_controller)
        waiting = self._waiting(tune_controller)
        running = [name for name, trial in self._open.items() if trial.status == Trial.RUNNING]
        for name in running:
            self._chosen.pop(name, None)
        for trial in waiting:
            if trial.trial_id in self._chosen:
                return trial
        if not waiting or len(running) + len(self._chosen) >= self._workers:
            return None
        best = max(waiting, key=lambda trial: self._basket.improvement(trial.trial_id))
        self._chosen[best.trial_id] = best
        return best

    def _waiting(self, controller: Any) -> list[Trial]:
        """Return the trials that could be started now, in the order in which they came."""
        starting = controller._resetting_trials  # these have a worker already, but no new status
        return [
            trial
            for trial in self._open.values()
            if trial.status in (Trial.PENDING, Trial.PAUSED) and trial not in starting
        ]

    def _end_the_hopeless(self, controller: Any) -> None:
        for name in self._basket.hopeless():
            trial = self._open.get(name)
            if trial is not None and trial.status == Trial.PAUSED and name not in self._chosen:
                controller.stop_trial(trial)
