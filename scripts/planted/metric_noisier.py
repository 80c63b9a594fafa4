"""MNIST tasks whose validation accuracy is noisier, as if there were fewer images to validate on."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from benchmarks.core.seeding import SEED_BITS, derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import TRAINABLES
from scripts.planted import plant
from scripts.planted.learning_rates import TASKS

#: Standard deviation of what is added, in accuracy.
NOISE = 0.03
_NORMAL = NormalDist()


class NoisyCurves(CurveModel):
    """The curves of a table, with chance added to the metric that is tuned; what is tested stays."""

    def __init__(self, table: CurveModel, metric: str, repetition: int) -> None:
        self._table, self._metric, self._repetition = table, metric, repetition

    def start(self, config: Mapping[str, Any]) -> Any:
        return self._table.start(config)

    def step(self, state: Any, config: Mapping[str, Any], cpus: float) -> Epoch:
        epoch = self._table.step(state, config, cpus)
        drawn = derive("noisier", self._repetition, dict(config), epoch.state.position)
        chance = NOISE * _NORMAL.inv_cdf((drawn + 0.5) / 2**SEED_BITS)
        return epoch._replace(metrics=epoch.metrics | {self._metric: epoch.metrics[self._metric] + chance})

    def save(self, state: Any) -> Any:
        return self._table.save(state)

    def restore(self, saved: Any) -> Any:
        return self._table.restore(saved)


class NoisyTable(Recorded):
    """A table with noise."""

    def __call__(self, place: Place) -> Any:
        return NoisyCurves(super().__call__(place), "val_accuracy", place.repetition)


for task in TASKS:
    plant(TRAINABLES, task, curves=NoisyTable(task, TRAINABLES[task].space))
