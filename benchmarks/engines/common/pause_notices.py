"""Notices of paused and resumed trials to a searcher.

Tune lets a searcher know when a trial ends, not when it is paused.  A scheduler that promotes only some of
the paused trials would leave a searcher waiting for the others: without a result, and without room for a
new trial.  ``searchers._adapter.Adapted`` listens; a searcher without these hooks is left alone.
"""

from __future__ import annotations

from typing import Any

from ray.tune.callback import Callback
from ray.tune.experiment import Trial

from benchmarks.engines.common.recorder import Recorder
from benchmarks.suite.pause_hooks import pause_hook, resume_hook


class PauseNotices(Callback):
    """Calls the searcher's pause hooks; stands after the recorder among the callbacks."""

    def __init__(self, search: Any, recorder: Recorder) -> None:
        self._on_pause, self._on_resume = pause_hook(search), resume_hook(search)
        self._recorder = recorder
        self._paused: set[str] = set()

    def on_trial_result(
        self, iteration: int, trials: list[Trial], trial: Trial, result: dict[str, Any], **info: Any
    ) -> None:
        if self._on_pause is not None and self._recorder.rows[-1]["decision"] == "PAUSE":
            self._paused.add(trial.trial_id)
            self._on_pause(trial.trial_id)

    def on_trial_start(self, iteration: int, trials: list[Trial], trial: Trial, **info: Any) -> None:
        if trial.trial_id in self._paused:
            self._paused.remove(trial.trial_id)
            if self._on_resume is not None:
                self._on_resume(trial.trial_id)
