"""A task for measurements of time: a constant loss, one unit of time an epoch."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

import numpy as np
from ray import tune

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import trainable
from benchmarks.trainables._simulated import Simulated

NAME = "unit-time"
FACTOR = 3  # from one rung to the next


class UnitCurves(CurveModel):
    """A loss that is known from the first epoch on, one unit of time an epoch, or longer for a straggler.

    As in the paper a straggler is a job, the way from one rung to the next: it takes 1 + |z| times as long,
    z normal with standard deviation ``stragglers``.
    """

    stragglers = 0.0

    def __init__(self, place: Place) -> None:
        self._repetition = place.repetition

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        return Epoch(state + 1, {"loss": config["loss"]}, self._seconds(config["loss"], state))

    def _seconds(self, loss: float, before: int) -> float:
        if not self.stragglers:
            return 1.0
        rung = next(rung for rung in count() if before < FACTOR**rung)
        z = np.random.default_rng(derive("straggler", self._repetition, loss, rung)).standard_normal()
        return 1 + abs(float(z)) * self.stragglers


@trainable(
    NAME,
    "a loss that never changes, one unit of time an epoch",
    space=lambda: {"loss": tune.uniform(0.0, 1.0)},
    curves=UnitCurves,
    metric="loss",
    mode="min",
    hidden=True,
)
class UnitTime(Simulated):
    """Follows the curves."""

    curves = UnitCurves
