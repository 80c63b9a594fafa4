"""Ackley's function of five dimensions: nearly flat far out, with many small pits, and one deep."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ray import tune

from benchmarks.trainables._instances import Moved
from benchmarks.trainables._synthetic import task

MINIMUM = 0.0
PUBLISHED_BEST = {"x1": 0.0, "x2": 0.0, "x3": 0.0, "x4": 0.0, "x5": 0.0}


def space() -> dict[str, Any]:
    return {name: tune.uniform(-32.768, 32.768) for name in PUBLISHED_BEST}


def ackley(config: Mapping[str, Any]) -> float:
    """Return Ackley's function (A Connectionist Machine for Genetic Hillclimbing, 1987)."""
    return at([config[name] for name in PUBLISHED_BEST])


def at(x: Sequence[float]) -> float:
    """Return the function's value, in as many dimensions as there are coordinates."""
    distance = math.sqrt(sum(v * v for v in x) / len(x))
    waves = sum(math.cos(2 * math.pi * v) for v in x) / len(x)
    return -20 * math.exp(-0.2 * distance) - math.exp(waves) + 20 + math.e


INSTANCES = Moved("ackley", ackley, space(), PUBLISHED_BEST)
Trial = task(
    "ackley",
    "Ackley's function of five dimensions with learning curves; minimum 0",
    space=space,
    instances=INSTANCES,
    minimum=MINIMUM,
    start=23.0,
    scale=1.5,
)
