"""Hartmann's function of three dimensions: four pits, one of them the deepest."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.trainables._instances import alike
from benchmarks.trainables._synthetic import task

MINIMUM = -3.86278  # at BEST (Surjanovic and Bingham, Virtual Library of Simulation Experiments)
BEST = {"x1": 0.114614, "x2": 0.555649, "x3": 0.852547}
HEIGHTS = (1.0, 1.2, 3.0, 3.2)
WIDTHS = ((3, 10, 30), (0.1, 10, 35), (3, 10, 30), (0.1, 10, 35))
PLACES = (
    (0.3689, 0.1170, 0.2673),
    (0.4699, 0.4387, 0.7470),
    (0.1091, 0.8732, 0.5547),
    (0.0381, 0.5743, 0.8828),
)


def space() -> dict[str, Any]:
    return {name: tune.uniform(0.0, 1.0) for name in BEST}


def hartmann3(config: Mapping[str, Any]) -> float:
    """Return Hartmann's function (Hartman, Some Experiments in Global Optimization, 1973)."""
    x = [config[name] for name in BEST]
    return pits(x, WIDTHS, PLACES)


def pits(
    x: list[float], widths: tuple[tuple[float, ...], ...], places: tuple[tuple[float, ...], ...]
) -> float:
    """Return minus the sum of Gaussian bumps of ``HEIGHTS``, an axis-parallel one in each row."""
    total = 0.0
    for height, width, place in zip(HEIGHTS, widths, places, strict=True):
        total += height * math.exp(-sum(a * (v - p) ** 2 for a, v, p in zip(width, x, place, strict=True)))
    return -total


Trial = task(
    "hartmann3",
    "Hartmann's function of three dimensions with learning curves; minimum -3.86",
    space=space,
    instances=alike(hartmann3),
    minimum=MINIMUM,
    start=0.5,
    scale=1.0,
)
