"""Hartmann's function of six dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.trainables._instances import alike
from benchmarks.trainables._synthetic import task
from benchmarks.trainables.hartmann3 import pits

MINIMUM = -3.32237  # at BEST (Surjanovic and Bingham, Virtual Library of Simulation Experiments)
BEST = {"x1": 0.20169, "x2": 0.150011, "x3": 0.476874, "x4": 0.275332, "x5": 0.311652, "x6": 0.6573}
WIDTHS = (
    (10, 3, 17, 3.5, 1.7, 8),
    (0.05, 10, 17, 0.1, 8, 14),
    (3, 3.5, 1.7, 10, 17, 8),
    (17, 8, 0.05, 10, 0.1, 14),
)
PLACES = (
    (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
    (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
    (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
    (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381),
)


def space() -> dict[str, Any]:
    return {name: tune.uniform(0.0, 1.0) for name in BEST}


def hartmann6(config: Mapping[str, Any]) -> float:
    """Return Hartmann's function (Hartman, Some Experiments in Global Optimization, 1973)."""
    return pits([config[name] for name in BEST], WIDTHS, PLACES)


Trial = task(
    "hartmann6",
    "Hartmann's function of six dimensions with learning curves; minimum -3.32",
    space=space,
    instances=alike(hartmann6),
    minimum=MINIMUM,
    start=0.5,
    scale=0.7,
)
