"""Tune scheduler that ends each trial after the epochs that its searcher gave it."""

from __future__ import annotations

from typing import Any

from ray.tune.experiment import Trial
from ray.tune.schedulers import FIFOScheduler, TrialScheduler

from benchmarks.suite.epoch_hooks import epochs_hook
from schedulers._rung_scheduler import EPOCH


class GivenEpochs(FIFOScheduler):
    """Asks the searcher when a trial enters; a trial that it gives nothing trains to its end."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Ray has no types
        self._epochs: dict[str, int | None] = {}

    def on_trial_add(self, tune_controller: Any, trial: Trial) -> None:
        epochs_of = epochs_hook(tune_controller.search_alg)
        if epochs_of is not None:
            self._epochs[trial.trial_id] = epochs_of(trial.trial_id)

    def on_trial_result(self, tune_controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        given = self._epochs.get(trial.trial_id)
        ends = given is not None and result[EPOCH] >= given
        return str(TrialScheduler.STOP if ends else TrialScheduler.CONTINUE)
