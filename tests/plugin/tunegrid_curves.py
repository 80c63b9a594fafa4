"""A third party's learning curves for the virtual engine, one for each way to misbehave."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._simulated import Simulated


class Curves(CurveModel):
    """A score that rises towards x; the state is the epoch."""

    def __init__(self, place: Place) -> None:
        pass

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        self.misbehave()
        return Epoch(state + 1, {"score": config["x"] * (1 - 0.5 ** (state + 1))}, 1.0)

    def misbehave(self) -> None:
        """Nothing wrong here."""


class Killed(Curves):
    """Ends its process as a crash in a library would."""

    def misbehave(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class Hanging(Curves):
    """Never returns."""

    def misbehave(self) -> None:
        time.sleep(600)


class Slow(Curves):
    """Takes real time for each epoch."""

    def misbehave(self) -> None:
        time.sleep(0.1)


for model in (Curves, Killed, Hanging, Slow):
    trainable(
        f"{model.__name__.lower()}-curves",
        "follows made-up curves",
        space=lambda: {"x": tune.uniform(0.0, 1.0)},
        curves=model,
        metric="score",
        mutable=("x",),
        chance=False,
        hidden=True,
        provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    )(type(f"{model.__name__}Trial", (Simulated,), {"curves": model, "__module__": __name__}))
