"""Seconds of an epoch of a task whose curves are read: the unit of the budget of training, by its epochs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Place
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import TRAINABLES
from benchmarks.tasks.feature_file import feature_file
from benchmarks.tasks.task_names import is_shipped

SAMPLED = 100  # configurations of a task that says nothing of its cost


def stored_epoch(trainable: str) -> float | None:
    """Return the seconds of an epoch of the median random configuration; None if nothing is stored of it.

    Of a shipped task its features have it, of any other its recorded table.
    """
    features = feature_file().tasks.get(trainable) if is_shipped(trainable) else None
    if features and features.seconds and features.epochs:
        return features.seconds / features.epochs
    card = getattr(TRAINABLES[trainable].curves, "card", None)
    return float(card["cost"]["median_seconds"]) if card else None


def sampled_epoch(trainable: str, data: Mapping[str, Any]) -> float | None:
    """Return the median seconds of the first epoch of random configurations, the same in each experiment.

    Args:
        trainable: one with curves.
        data: the arrays that they read.

    Returns:
        None if its space cannot be encoded, or no configuration can train.
    """
    spec = TRAINABLES[trainable]
    if spec.curves is None:
        return None
    try:
        encoding = Encoding(spec.space())
    except ValueError:  # what has no encoding is drawn by Tune alone
        return None
    chance = np.random.default_rng(derive("full training", trainable))
    model = spec.curves(Place(trainable, 0, data))
    costs = [_cost(model, encoding.draw(chance)) for _ in range(SAMPLED)]
    known = [cost for cost in costs if cost is not None]
    return float(np.median(known)) if known else None


def _cost(model: CurveModel, config: dict[str, Any]) -> float | None:
    """Return the seconds of a first epoch; None if the trial fails."""
    try:
        return float(model.step(model.start(config), config, 1.0)[2])
    except Exception:  # noqa: BLE001 - how a curve model lets a trial fail
        return None
