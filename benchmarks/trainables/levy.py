"""Levy's function of four dimensions: waves on a slope."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ray import tune

from benchmarks.trainables._instances import Moved
from benchmarks.trainables._synthetic import task

MINIMUM = 0.0
PUBLISHED_BEST = {"x1": 1.0, "x2": 1.0, "x3": 1.0, "x4": 1.0}


def space() -> dict[str, Any]:
    return {name: tune.uniform(-10.0, 10.0) for name in PUBLISHED_BEST}


def levy(config: Mapping[str, Any]) -> float:
    """Return Levy's function (Levy and Montalvo, SIAM J. Sci. Stat. Comput. 6, 1985)."""
    return at([config[name] for name in PUBLISHED_BEST])


def at(x: Sequence[float]) -> float:
    """Return the function's value, in as many dimensions as there are coordinates."""
    w = [1 + (v - 1) / 4 for v in x]
    total = math.sin(math.pi * w[0]) ** 2 + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)
    return total + sum((v - 1) ** 2 * (1 + 10 * math.sin(math.pi * v + 1) ** 2) for v in w[:-1])


INSTANCES = Moved("levy", levy, space(), PUBLISHED_BEST)
Trial = task(
    "levy",
    "Levy's function of four dimensions with learning curves; minimum 0",
    space=space,
    instances=INSTANCES,
    minimum=MINIMUM,
    start=250.0,
    scale=50.0,
)
