"""Branin's function as a tuning problem of two dimensions with three equal optima."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.trainables._instances import alike
from benchmarks.trainables._synthetic import task

MINIMUM = 0.397887  # at BEST, (-pi, 12.275) and (9.42478, 2.475)
BEST = {"x": math.pi, "y": 2.275}


def space() -> dict[str, Any]:
    return {"x": tune.uniform(-5.0, 10.0), "y": tune.uniform(0.0, 15.0)}


def branin(config: Mapping[str, Any]) -> float:
    """Return Branin's function (Dixon and Szegö, Towards Global Optimisation 2, 1978)."""
    x, y = config["x"], config["y"]
    bowl: float = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return bowl**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


Trial = task(
    "branin",
    "Branin's function with learning curves: closed form, known optimum, costs nothing",
    space=space,
    instances=alike(branin),
    minimum=MINIMUM,
    start=200.0,
    scale=50.0,
    seconds=lambda config: 0.5 + config["y"] / 10,
)
