"""Tells a searcher which trials rest.

Tune lets a searcher know when a trial ends, not when it is paused; a scheduler that promotes only some of the
paused trials would leave it waiting for the others for ever, without a result and without room for a new
trial.  ``searchers._adapter.Adapted`` listens; searchers that do not are left alone.
"""

from __future__ import annotations

from typing import Any

from ray.tune.callback import Callback
from ray.tune.experiment import Trial

from benchmarks.engines.common.recorder import Recorder


class Pauses(Callback):
    """Calls the searcher's ``rests`` and ``goes_on``; stands after the recorder among the callbacks."""

    def __init__(self, search: Any, recorder: Recorder) -> None:
        self._search, self._listens = search, hasattr(search, "rests")
        self._recorder = recorder
        self._resting: set[str] = set()

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        if self._listens and self._recorder.rows[-1]["decision"] == "PAUSE":
            self._resting.add(trial.trial_id)
            self._search.rests(trial.trial_id)

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        if trial.trial_id in self._resting:
            self._resting.remove(trial.trial_id)
            self._search.goes_on(trial.trial_id)
