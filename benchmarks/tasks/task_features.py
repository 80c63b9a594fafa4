"""Features of a task: of its space, and of its curves where it has any."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from benchmarks.suite.own_epochs import own_epochs
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.tasks.curve_features import curve_features
from benchmarks.tasks.sampled_curves import SAMPLED, sampled_curves
from benchmarks.tasks.space_features import space_features


class TaskFeatures(NamedTuple):
    """The features of a task; None where one is not known.

    See ``SpaceFeatures`` and ``CurveFeatures``.  ``epochs`` are those of the curves that were sampled.
    """

    dimensions: int
    log_floats: int
    linear_floats: int
    integers: int
    categories: int
    conditions: int
    epochs: int | None = None
    noise: float | None = None
    cost_spread: float | None = None
    seconds: float | None = None
    rank_first: float | None = None
    rank_third: float | None = None
    diverged: float | None = None
    effective_dimensions: int | None = None
    top: float | None = None


def declared_features(spec: TrainableSpec) -> TaskFeatures:
    """Return what a task's declaration says of it."""
    return TaskFeatures(*space_features(spec.space()))


def task_features(spec: TrainableSpec, count: int = SAMPLED) -> TaskFeatures:
    """Return all features of a task; without curves those of its declaration.

    Args:
        spec: of the task; what it requires is installed.
        count: configurations to sample.
    """
    known = declared_features(spec)
    if spec.curves is None:
        return known
    epochs = own_epochs(spec)
    sample = sampled_curves(spec, epochs, count)
    best = spec.constants.reference(epochs).constants.optimum if spec.constants else math.nan
    found = curve_features(sample, maximised=spec.mode == "max", best=best)
    values: dict[str, Any] = {
        name: None if math.isnan(value) else value for name, value in found._asdict().items()
    }
    if values["effective_dimensions"] is not None:
        values["effective_dimensions"] = int(values["effective_dimensions"])
    return known._replace(epochs=epochs, **values)
