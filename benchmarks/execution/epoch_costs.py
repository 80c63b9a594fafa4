"""Costs of an epoch: the seconds that one takes here, timed once for each trainable."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.core.refusal import ask
from benchmarks.execution.first_trial import running
from benchmarks.execution.loading import DataNeeded, Loaded
from benchmarks.spaces.user_functions import drawn
from benchmarks.suite.registry import TRAINABLES, SpecError
from benchmarks.suite.session import Session

#: Random configurations of which an epoch is timed, and the seconds after which no other one is begun.
CONFIGURATIONS, ENOUGH_S = 5, 10.0
#: Most seconds for these epochs, with the libraries that they import.
PATIENCE_S = 120.0


@dataclass
class EpochCosts:
    """Seconds of an epoch by trainable and data, and why some are unknown.

    Attributes:
        seconds: of those that could be timed.
        untimed: trainable -> why it could not.
    """

    seconds: dict[DataNeeded, float] = field(default_factory=dict)
    untimed: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return a line for each reason why trainables could not be timed."""
        return [
            f"training not counted for {', '.join(n for n, why in self.untimed.items() if why == reason)}: "
            f"{reason}"
            for reason in sorted(set(self.untimed.values()))
        ]

    @property
    def words(self) -> str:
        """What was timed."""
        timed = [f"{name} {cost:.3f} s an epoch" for (name, _, _), cost in self.seconds.items()]
        return f"timed here: {', '.join(timed) or 'nothing'}"


def epoch_costs(loaded: Loaded) -> EpochCosts:
    """Time epochs of each trainable on its data, on the CPU."""
    costs = EpochCosts(untimed={name: reason for (name, _, _), reason in loaded.failed.items()})
    for needed, (arrays, key) in loaded.items():
        name = needed[0]
        try:
            costs.seconds[needed] = ask("its epoch", partial(_time_epoch, name, arrays, key), PATIENCE_S)
        except SpecError as error:
            costs.untimed[name] = str(error)
    return costs


def _time_epoch(name: str, arrays: Mapping[str, Any], key: str) -> float:
    """Return the mean over a few random configurations of the seconds of an epoch, the shorter one of two.

    An epoch costs as much as its configuration says; what else the machine does makes it longer, never
    shorter; and the first one in a process imports libraries.
    """
    spec, session = TRAINABLES[name], Session(name, 0, "cpu", arrays, key)
    seconds: list[float] = []
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(CONFIGURATIONS):
            with running(spec, drawn(spec.space(), seed=seed), session, Path(folder, str(seed))) as trial:
                epochs = [_seconds(trial) for _ in range(2 if seed else 3)]
            seconds.append(min(epochs[-2:]))
            if time.perf_counter() - began > ENOUGH_S:
                break
    return sum(seconds) / len(seconds)


def _seconds(trial: Any) -> float:
    start = time.perf_counter()
    trial.step()
    return time.perf_counter() - start
