"""MNIST tasks whose learning rates are searched in another range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Float

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import TRAINABLES
from scripts.planted import plant

Space = Mapping[str, Any]
TASKS = ("mnist-convnet", "mnist-wide")
RATE = "lr"


def with_rates(space: Space, change: Callable[[float, float], tuple[float, float]]) -> dict[str, Any]:
    """Return a space in which the range of each learning rate is ``change(lower, upper)``."""

    def changed(name: str, part: Any) -> Any:
        if isinstance(part, Mapping):
            return {key: changed(key, value) for key, value in part.items()}
        if isinstance(part, Categorical):
            return tune.choice([changed(name, value) for value in part.categories])
        if name == RATE and isinstance(part, Float):
            return tune.loguniform(*change(part.lower, part.upper))
        return part

    shifted: dict[str, Any] = changed("", space)
    return shifted


class NearestCurves(CurveModel):
    """The curves of a table, whose nearest learning rate stands for those that it does not have."""

    def __init__(self, table: CurveModel, space: Space) -> None:
        self._table, self._space = table, space

    def start(self, config: Space) -> Any:
        return self._table.start(recorded(config, self._space))

    def step(self, state: Any, config: Space, cpus: float) -> Epoch:
        return self._table.step(state, recorded(config, self._space), cpus)

    def save(self, state: Any) -> Any:
        return self._table.save(state)

    def restore(self, saved: Any) -> Any:
        return self._table.restore(saved)


def recorded(config: Space, space: Space) -> dict[str, Any]:
    """Return the configuration with its learning rate brought into the space."""
    shifted = dict(config)
    for name, value in config.items():
        part = space[name]
        if isinstance(value, Mapping):
            [own] = [one for one in part.categories if one["name"] == value["name"]]
            shifted[name] = recorded(value, own)
        elif name == RATE:
            shifted[name] = min(max(value, part.lower), part.upper)
    return shifted


class NearestTable(Recorded):
    """A table for configurations that it need not have."""

    def __call__(self, place: Place) -> Any:
        return NearestCurves(super().__call__(place), self._space())


def change_rates(change: Callable[[float, float], tuple[float, float]]) -> None:
    """Change the ranges of the learning rates of the tasks."""
    for task in TASKS:
        old = TRAINABLES[task].space
        plant(
            TRAINABLES,
            task,
            space=lambda old=old: with_rates(old(), change),
            curves=NearestTable(task, old),
        )
