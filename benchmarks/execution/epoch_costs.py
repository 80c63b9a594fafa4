"""Costs of an epoch: the seconds that one takes here, timed once for each trainable."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from benchmarks.core.refusal import ask
from benchmarks.execution.loading import DataNeeded, Loaded
from benchmarks.spaces.user_functions import drawn
from benchmarks.suite.registry import TRAINABLES, SpecError
from benchmarks.suite.session import Session
from benchmarks.training.standalone import standalone

#: Most seconds for two epochs, with the libraries that they import.
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
    """Time one epoch of each trainable on its data, on the CPU."""
    costs = EpochCosts(untimed={name: reason for (name, _, _), reason in loaded.failed.items()})
    for needed, (arrays, key) in loaded.items():
        name = needed[0]
        if not isinstance(TRAINABLES[name].target, type):
            costs.untimed[name] = "a function cannot be timed alone"
            continue
        try:
            costs.seconds[needed] = ask("its epoch", partial(_time_epoch, name, arrays, key), PATIENCE_S)
        except SpecError as error:
            costs.untimed[name] = str(error)
    return costs


def _time_epoch(name: str, arrays: Mapping[str, Any], key: str) -> float:
    config = drawn(TRAINABLES[name].space(), seed=0)
    trial = standalone(TRAINABLES[name], config, Session(name, 0, "cpu", arrays, key))
    trial.step()  # the first epoch in a process is slower
    start = time.perf_counter()
    trial.step()
    return time.perf_counter() - start
