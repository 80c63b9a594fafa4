"""Tune scheduler that stops trials below the median of all others at the same epoch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

EPOCH = "training_iteration"


class BestSoFar:
    """The best value of each trial by each epoch; larger is better, and NaN is the worst.

    A trial that is over keeps its last value at all later epochs.
    """

    def __init__(self) -> None:
        self._best: dict[str, list[float]] = {}
        self._over: set[str] = set()

    def add(self, trial: str, epoch: int, value: float) -> None:
        """Take a result; epochs that were left out count with the value before them."""
        best = self._best.setdefault(trial, [])
        del best[epoch - 1 :]  # if it is trained anew
        before = best[-1] if best else -math.inf
        best += [before] * (epoch - 1 - len(best))
        best.append(before if math.isnan(value) else max(before, value))

    def end(self, trial: str) -> None:
        """Note that there are no more results of a trial."""
        if trial in self._best:
            self._over.add(trial)

    def of(self, trial: str) -> float:
        """Return the best value of a trial."""
        return self._best[trial][-1]

    def of_others(self, trial: str, epoch: int) -> list[float]:
        """Return the best values by this epoch of all other trials that have got as far, or are over."""
        return [
            best[min(epoch, len(best)) - 1]
            for other, best in self._best.items()
            if other != trial and (len(best) >= epoch or other in self._over)
        ]


class SameEpochMedian(FIFOScheduler):
    """Stops a trial that has been below the median for some epochs in a row, after a grace period.

    Args:
        epochs: where a trial ends.
        grace_share: share of them in which no trial is judged.
        patience: epochs in a row.
        min_samples: other trials that there must be.
    """

    def __init__(self, epochs: int, grace_share: float, patience: int, min_samples: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._first = math.floor(grace_share * epochs) + 1  # epoch at which trials are judged
        self._patience, self._min_samples = patience, min_samples
        self._curves = BestSoFar()
        self._below: dict[str, int] = {}  # epochs in a row
        self._sign = 1.0

    def set_search_properties(self, metric: str | None, mode: str | None, **spec: Any) -> bool:
        self._sign = -1.0 if mode == "min" else 1.0
        return bool(super().set_search_properties(metric, mode, **spec))

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        name, epoch = trial.trial_id, result[EPOCH]
        self._curves.add(name, epoch, self._sign * result.get(str(self._metric), math.nan))
        below = epoch >= self._first and self._is_below(name, epoch)
        self._below[name] = self._below.get(name, 0) + 1 if below else 0
        late = self._below[name] >= self._patience
        return str(TrialScheduler.STOP if late else TrialScheduler.CONTINUE)

    def _is_below(self, name: str, epoch: int) -> bool:
        others = self._curves.of_others(name, epoch)
        return len(others) >= self._min_samples and self._curves.of(name) < float(np.median(others))

    def on_trial_complete(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        if EPOCH in result:  # the scheduler is not asked about a last result
            value = self._sign * result.get(str(self._metric), math.nan)
            self._curves.add(trial.trial_id, result[EPOCH], value)
        self._curves.end(trial.trial_id)

    def on_trial_error(self, tune_controller: Any, trial: Trial) -> None:
        self._curves.end(trial.trial_id)

    def on_trial_remove(self, tune_controller: Any, trial: Trial) -> None:
        self._curves.end(trial.trial_id)
