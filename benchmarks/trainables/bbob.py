"""COCO's 24 noiseless functions (bbob) in five dimensions, by the package coco-experiment.

The loss is the logarithm of the distance to the optimum, base 10, as COCO states its targets; it ends at
1e-8, COCO's last one.  The instance is the first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, partial
from typing import Any

from ray import tune

from benchmarks.trainables._synthetic import task

DIMENSIONS, INSTANCE = 5, 1
PRECISION = 1e-8
WORST = 8.0  # few values are above 1e8
FUNCTIONS = range(1, 25)


def space() -> dict[str, Any]:
    return {f"x{i}": tune.uniform(-5.0, 5.0) for i in range(1, DIMENSIONS + 1)}


@cache
def problem(number: int) -> tuple[Any, float]:
    """Return a function of the package, and its smallest value."""
    import cocoex

    function = cocoex.BareProblem("bbob", number, DIMENSIONS, INSTANCE)
    return function, float(function.best_value())


def bbob(number: int, config: Mapping[str, Any]) -> float:
    """Return log10 of the distance to the optimum of function 1 to 24, at least -8."""
    function, best = problem(number)
    value = float(function([config[f"x{i}"] for i in range(1, DIMENSIONS + 1)]))
    return math.log10(max(value - best, PRECISION))


for _number in FUNCTIONS:
    globals()[f"F{_number}"] = task(
        f"bbob-f{_number:02}",
        f"COCO's bbob function {_number} of five dimensions, log10 of the distance to its optimum",
        space=space,
        function=partial(bbob, _number),
        minimum=math.log10(PRECISION),
        start=WORST,
        scale=2.0,
        requires=("coco-experiment",),
        install="pip install coco-experiment==2.8.2",
        source="COCO (Hansen et al., arXiv 1603.08785), BSD-3-Clause",
        place=(__name__, f"F{_number}"),
    )
