"""The engine ``live`` under the events of a run with another order: its decisions are those of that run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.live_server import TIMED, Live

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.live.messages import Source
from benchmarks.engines.virtual.clock import Clock, Event
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.fidelity.forced import follow
from benchmarks.fidelity.recorded import Script
from benchmarks.suite.experiment import Experiment


class NotingClock(Clock):
    """A clock that writes a script of its events, as the certificate does of a real run."""

    def __init__(self) -> None:
        super().__init__()
        self.script: Script = []

    def put(self, event: Event, when: float, urgent: bool, turn: int) -> None:
        handler = event.handler

        def noted() -> None:
            if event.label:
                self.script.append(event.label)
            handler()

        event.handler = noted
        super().put(event, when, urgent, turn)

    def next(self) -> bool:
        happened = super().next()
        if not happened:
            self.script.append(None)
        return happened


class SavingExecution(VirtualExecution):
    saves = True


@pytest.mark.parametrize(
    ("searcher", "scheduler"),
    [
        *(("random", name) for name in ("asha", "median", "pbt")),
        *(("hyperopt", name) for name in ("asha-promote", "hyperband")),
        pytest.param("random", "asha-promote", marks=pytest.mark.slow),
        pytest.param("random", "hyperband", marks=pytest.mark.slow),
        pytest.param("hyperopt", "asha", marks=pytest.mark.slow),
    ],
)
def test_live_follows_a_run_whose_events_came_in_another_order(
    live: Live, searcher: str, scheduler: str
) -> None:
    experiment = Experiment(TIMED, searcher, scheduler, trials=8, epochs=9, workers=4)
    scratch = str(live.folder / "s")
    clock = NotingClock()
    slow = replace(experiment, engine="virtual", stragglers=1.0)  # which changes the order
    real = SavingExecution(slow, ExecutionContext({}, "", str(live.folder), scratch), clock).run()
    context = ExecutionContext(Source(live.address, "content"), "", str(live.folder), scratch)
    agreement = follow(experiment, context, real, [clock.script], "live")
    assert agreement.complete, agreement
    own = live.run(TIMED, searcher, scheduler, trials=8, epochs=9, workers=4)
    assert [row["epoch"] for row in own.results] != [row["epoch"] for row in real.results]
