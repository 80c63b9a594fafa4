"""A searcher is told of paused and resumed trials, by the names of its hooks of today and of before."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.engines.common.pause_notices import PauseNotices
from benchmarks.engines.common.recorder import Recorder


class Named:
    """A searcher with the hooks of today."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def on_trial_pause(self, trial_id: str) -> None:
        self.calls.append(("paused", trial_id))

    def on_trial_resume(self, trial_id: str) -> None:
        self.calls.append(("resumed", trial_id))


class FormerlyNamed:
    """A plug-in's searcher with the hooks' former names."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def rests(self, trial_id: str) -> None:
        self.calls.append(("paused", trial_id))

    def goes_on(self, trial_id: str) -> None:
        self.calls.append(("resumed", trial_id))


@pytest.mark.parametrize("searcher", [Named(), FormerlyNamed()], ids=lambda searcher: type(searcher).__name__)
def test_searcher_is_told_of_paused_and_resumed_trials_alone(searcher: Any) -> None:
    recorder = Recorder()
    notices = PauseNotices(searcher, recorder)
    first, second = (SimpleNamespace(trial_id=name) for name in ("first", "second"))
    for trial in (first, second):
        notices.on_trial_start(0, [], trial)
    for trial, decision in ((first, "PAUSE"), (second, "CONTINUE")):
        recorder.rows.append({"decision": decision})
        notices.on_trial_result(0, [], trial, {})
    for trial in (first, second):  # the second one starts again after a failure
        notices.on_trial_start(0, [], trial)
    assert searcher.calls == [("paused", "first"), ("resumed", "first")]


def test_searcher_without_hooks_is_left_alone() -> None:
    recorder = Recorder()
    notices = PauseNotices(object(), recorder)
    trial: Any = SimpleNamespace(trial_id="first")
    recorder.rows.append({"decision": "PAUSE"})
    notices.on_trial_result(0, [], trial, {})
    notices.on_trial_start(0, [], trial)
