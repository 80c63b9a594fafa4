"""COCO's 24 noiseless functions (bbob) in five dimensions, and in 2, 10, 20 and 40.

Those of five dimensions are ``bbob-f01`` to ``bbob-f24``; of ten, ``bbob-f01-d10`` and so on, which lists and
globs leave out: a shell writes all of them as ``bbob-f{01..24}-d10``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ray import tune

import benchmarks.trainables._coco as coco
from benchmarks.trainables._instances import Function

DIMENSIONS = 5
OTHER_DIMENSIONS = (2, 10, 20, 40)
FUNCTIONS = coco.FUNCTIONS


def space(dimensions: int = DIMENSIONS) -> dict[str, Any]:
    """Return the space [-5, 5] in each dimension."""
    return {f"x{i}": tune.uniform(-5.0, 5.0) for i in range(1, dimensions + 1)}


def bbob(number: int, repetition: int, dimensions: int = DIMENSIONS) -> Function:
    """Return log10 of the distance to the optimum, at least -8, of function 1 to 24 in a repetition."""
    import cocoex

    problem = cocoex.BareProblem("bbob", number, dimensions, repetition + 1)
    return coco.distance(problem, float(problem.best_value()))


for _dimensions in (DIMENSIONS, *OTHER_DIMENSIONS):
    for _number in FUNCTIONS:
        _end, _class = ("", "") if _dimensions == DIMENSIONS else (f"-d{_dimensions:02}", f"D{_dimensions}")
        globals()[f"F{_number}{_class}"] = coco.coco_task(
            f"bbob-f{_number:02}{_end}",
            f"COCO's bbob function {_number}, {_dimensions} dimensions, log10 of the distance to its optimum",
            space=partial(space, _dimensions),
            instances=partial(bbob, _number, dimensions=_dimensions),
            place=(__name__, f"F{_number}{_class}"),
            hidden=_dimensions != DIMENSIONS,
        )
