"""Ackley's function with two real, two integer and one categorical dimension."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ray import tune

from benchmarks.trainables._instances import Moved
from benchmarks.trainables._synthetic import task
from benchmarks.trainables.ackley import at

MINIMUM = 0.0
PUBLISHED_BEST = {"x1": 0.0, "x2": 0.0, "n1": 0, "n2": 0, "kind": "c"}
COORDINATES = {"a": 2.0, "b": -1.0, "c": 0.0, "d": 0.5}  # of the categories, in no order


def space() -> dict[str, Any]:
    real = {name: tune.uniform(-8.0, 8.0) for name in ("x1", "x2")}
    whole = {name: tune.randint(-8, 9) for name in ("n1", "n2")}
    return real | whole | {"kind": tune.choice(list(COORDINATES))}


def mixed_ackley(config: Mapping[str, Any]) -> float:
    """Return Ackley's function; a category stands for a coordinate."""
    return at([config["x1"], config["x2"], config["n1"], config["n2"], COORDINATES[config["kind"]]])


INSTANCES = Moved("mixed-ackley", mixed_ackley, space(), PUBLISHED_BEST)
Trial = task(
    "mixed-ackley",
    "Ackley's function of real, integer and categorical dimensions with learning curves; minimum 0",
    space=space,
    instances=INSTANCES,
    minimum=MINIMUM,
    start=19.0,
    scale=3.5,
    mutable=("x1", "x2"),
)
