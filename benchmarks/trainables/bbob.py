"""COCO's 24 noiseless functions (bbob) in five dimensions, by the package coco-experiment.

The loss is the logarithm of the distance to the optimum, base 10, as COCO states its targets; it ends at
1e-8, COCO's last one.  Repetition 0 is COCO's instance 1, repetition 1 its instance 2, and so on: in each the
optimum lies elsewhere, and some functions are rotated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from ray import tune

from benchmarks.trainables._instances import Function
from benchmarks.trainables._synthetic import task

DIMENSIONS = 5
PRECISION = 1e-8
WORST = 8.0  # few values are above 1e8
FUNCTIONS = range(1, 25)


def space() -> dict[str, Any]:
    return {f"x{i}": tune.uniform(-5.0, 5.0) for i in range(1, DIMENSIONS + 1)}


def bbob(number: int, repetition: int) -> Function:
    """Return log10 of the distance to the optimum, at least -8, of function 1 to 24 in a repetition."""
    import cocoex

    problem = cocoex.BareProblem("bbob", number, DIMENSIONS, repetition + 1)
    best = float(problem.best_value())

    def distance(config: Mapping[str, Any]) -> float:
        value = float(problem([config[f"x{i}"] for i in range(1, DIMENSIONS + 1)]))
        return math.log10(max(value - best, PRECISION))

    return distance


for _number in FUNCTIONS:
    globals()[f"F{_number}"] = task(
        f"bbob-f{_number:02}",
        f"COCO's bbob function {_number} of five dimensions, log10 of the distance to its optimum",
        space=space,
        instances=partial(bbob, _number),
        minimum=math.log10(PRECISION),
        start=WORST,
        scale=2.0,
        requires=("coco-experiment",),
        install="pip install coco-experiment==2.8.2",
        source="COCO (Hansen et al., arXiv 1603.08785), BSD-3-Clause",
        place=(__name__, f"F{_number}"),
    )
