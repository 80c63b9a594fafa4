"""Rosenbrock's function of four dimensions: a bent valley whose floor is nearly flat."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from ray import tune

from benchmarks.trainables._instances import Moved
from benchmarks.trainables._synthetic import task

MINIMUM = 0.0
PUBLISHED_BEST = {"x1": 1.0, "x2": 1.0, "x3": 1.0, "x4": 1.0}


def space() -> dict[str, Any]:
    return {name: tune.uniform(-2.048, 2.048) for name in PUBLISHED_BEST}


def rosenbrock(config: Mapping[str, Any]) -> float:
    """Return Rosenbrock's function (The Computer Journal 3, 1960), the sum over neighbouring dimensions."""
    x = [config[name] for name in PUBLISHED_BEST]
    total: float = sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))
    return total


INSTANCES = Moved("rosenbrock", rosenbrock, space(), PUBLISHED_BEST)
Trial = task(
    "rosenbrock",
    "Rosenbrock's valley in four dimensions with learning curves; minimum 0",
    space=space,
    instances=INSTANCES,
    minimum=MINIMUM,
    start=10000.0,
    scale=2500.0,
)
