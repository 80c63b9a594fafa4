"""The dispatch of experiments: each gets a free runner, and another one if its node was lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from helpers.at_once import AtOnce

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import LOST, Outcome, not_run
from benchmarks.engines.common.runner import Limits, Runner
from benchmarks.engines.common.supply import FixedRunners, RunnerSupply
from benchmarks.engines.common.watched import Beat
from benchmarks.execution import dispatch
from benchmarks.execution.dispatch import MOST_LOST, Dispatch
from benchmarks.suite.experiment import Experiment

EXPERIMENTS = [Experiment("branin", "random", "fifo", repetition=n, engine="virtual") for n in range(4)]
CONTEXTS = {("branin", EXPERIMENTS[0].data, 0): ExecutionContext({}, "", "run", "scratch")}


class Losing(AtOnce):
    """A runner whose node is lost as often as the losses say of an experiment.

    Args:
        losses: repetition -> how often its node is lost yet.
    """

    def __init__(self, losses: dict[int, int]) -> None:
        super().__init__(Limits(timeout=9.0, stall=9.0))
        self.losses = losses

    def receive(self) -> Beat | Outcome:
        experiment = self.stream
        if self.losses.get(experiment.repetition, 0):
            self.losses[experiment.repetition] -= 1
            return not_run(experiment, LOST, "its node was lost")
        return super().receive()


class Growing(RunnerSupply):
    """A supply that has nothing for a while, and then a runner."""

    def __init__(self, rounds: int) -> None:
        self.rounds, self.closed, self.wanted = rounds, False, list[int]()
        self._runner: Runner | None = Losing({})

    def take(self, wanted: int) -> list[Runner]:
        self.wanted.append(wanted)
        self.rounds -= 1
        if self.rounds > 0 or not wanted or self._runner is None:
            return []
        runner, self._runner = self._runner, None
        return [runner]

    def give_back(self, runner: Runner) -> None:
        self._runner = runner

    def waits_for(self) -> str:
        return "a node"

    def close(self) -> None:
        self.closed = True


def dispatched(supply: RunnerSupply) -> tuple[dict[int, tuple[str, int]], list[str]]:
    """Run the experiments; return each one's status and attempts by its repetition, and the notes."""
    rows: list[dict[str, Any]] = []
    notes: list[str] = []
    Dispatch(supply, CONTEXTS, lambda o: rows.append(o.row), notes.append, lambda running: None).run(
        EXPERIMENTS, lambda experiment: None
    )
    return {row["repetition"]: (row["status"], row["attempts"]) for row in rows}, notes


def test_an_experiment_begins_again_when_its_node_was_lost_and_is_lost_in_the_end() -> None:
    losses = {1: 1, 2: MOST_LOST, 3: MOST_LOST - 1}
    found, notes = dispatched(FixedRunners([Losing(losses), Losing(losses)]))
    assert found == {
        0: ("failed", 1),
        1: ("failed", 2),
        2: (LOST, MOST_LOST),
        3: ("failed", MOST_LOST),
    }
    assert len(notes) == 1 + 2 * (MOST_LOST - 1) and "begins again elsewhere" in notes[0]


def test_what_is_waited_for_is_said_and_the_supply_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "SAY_S", 0.3)
    supply = Growing(rounds=8)
    found, notes = dispatched(supply)
    assert set(found.values()) == {("failed", 1)} and supply.closed
    assert "waiting for a node" in notes and supply.wanted[0] == 4 and supply.wanted[-1] == 1


def test_the_supply_is_closed_when_the_run_ends_early() -> None:
    supply = Growing(rounds=1)

    def look(running: Sequence[Experiment]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Dispatch(supply, CONTEXTS, lambda o: None, print, look).run(EXPERIMENTS, lambda e: None)
    assert supply.closed
