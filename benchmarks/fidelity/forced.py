"""Forced order: a virtual clock under the events of a real run, with equal decisions expected.

The engine ``virtual`` follows on the curves' formula, ``live`` on trainings of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.live.execution import LiveExecution
from benchmarks.engines.virtual.clock import Clock, Event
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.fidelity.recorded import Script
from benchmarks.suite.experiment import EngineName, Experiment


class LostTheThread(Exception):
    """An event of the script is not pending here."""


class ScriptedClock(Clock):
    """A clock with the events in the order of a script, whatever their times."""

    def __init__(self, scripts: list[Script]) -> None:
        super().__init__()
        self._script = [step for script in scripts for step in script]
        self._at = 0
        self._planned: list[Event] = []

    def put(self, event: Event, when: float, urgent: bool, turn: int) -> None:
        self._planned.append(event)

    def next(self) -> bool:
        if self._at == len(self._script):
            return False
        wanted = self._script[self._at]
        self._at += 1
        if wanted is None:
            return False
        self._planned = [event for event in self._planned if not event.cancelled]
        for event in self._planned:
            if event.label == wanted:
                self._planned.remove(event)
                self.now = float(self._at)
                self.happened += 1
                event.handler()
                return True
        waiting = ", ".join(f"{e.label[1]} of {e.label[0]}" for e in self._planned if e.label) or "nothing"
        step = f"step {self._at} of {len(self._script)}"
        raise LostTheThread(f"{step}: {wanted[1]} of actor {wanted[0]}; under way here: {waiting}")

    def clear(self) -> None:
        self._planned.clear()


class ScriptedExecution(VirtualExecution):
    """A virtual execution that follows a script, with a checkpoint after every epoch as on Ray."""

    saves = True


class ScriptedLiveExecution(LiveExecution):
    """The same on real trainings, which a curve server makes."""

    saves = True

    def get_ready(self) -> None:
        """No-op: this process goes on to other things."""


SCRIPTED: dict[str, type[VirtualExecution]] = {"virtual": ScriptedExecution, "live": ScriptedLiveExecution}


@dataclass(frozen=True)
class Agreement:
    """The result of following a real run.

    Attributes:
        followed: the script could be followed to its end; else ``why`` says where it broke off.
        configurations, decisions: the numbers that agree, and in all.
    """

    followed: bool
    why: str
    configurations: tuple[int, int]
    decisions: tuple[int, int]

    @property
    def complete(self) -> bool:
        """Whether all configurations and decisions agree, to the end."""
        same = all(agree == count for agree, count in (self.configurations, self.decisions))
        return self.followed and same


def follow(
    experiment: Experiment,
    context: ExecutionContext,
    real: Outcome,
    scripts: list[Script],
    engine: EngineName = "virtual",
) -> Agreement:
    """Let an engine with a virtual clock follow the scripts of a real run and compare."""
    execution = SCRIPTED[engine](replace(experiment, engine=engine), context, ScriptedClock(scripts))
    why = ""
    try:
        outcome = execution.run()
    except LostTheThread as lost:
        return Agreement(False, str(lost), (0, len(real.trials)), (0, len(real.results)))
    trials = zip(real.trials, outcome.trials, strict=False)
    configurations = sum(one["config"] == other["config"] for one, other in trials)
    columns = ("trial_id", "epoch", "decision", "config")
    results = zip(real.results, outcome.results, strict=False)
    decisions = sum(all(one[name] == other[name] for name in columns) for one, other in results)
    return Agreement(
        *(True, why),
        (configurations, max(len(real.trials), len(outcome.trials))),
        (decisions, max(len(real.results), len(outcome.results))),
    )
