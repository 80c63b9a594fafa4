"""COCO's 24 functions of many dimensions (bbob-largescale), in 80 of them.

As bbob, with rotations that take time proportional to the dimensions (Elhara et al., COCO: The Large Scale
Black-Box Optimization Benchmarking (bbob-largescale) Test Suite, arXiv 1903.06396).  The tasks are
``bbob-largescale-f01-d80`` and so on; lists and globs leave them out.
"""

from __future__ import annotations

from functools import partial

import benchmarks.trainables._coco as coco
from benchmarks.trainables._instances import Function
from benchmarks.trainables.bbob import space

SUITE = "bbob-largescale"
DIMENSIONS = (80,)  # the suite has 20 to 640; a searcher's model has enough with these


def largescale(number: int, repetition: int, dimensions: int) -> Function:
    """Return log10 of the distance to the optimum, at least -8, of function 1 to 24 in a repetition."""
    problem = coco.of_suite(SUITE, number, dimensions, repetition)
    return coco.distance(problem, coco.optimum(number, repetition))


for _dimensions in DIMENSIONS:
    for _number in coco.FUNCTIONS:
        globals()[f"F{_number}D{_dimensions}"] = coco.coco_task(
            f"{SUITE}-f{_number:02}-d{_dimensions}",
            f"COCO's {SUITE} function {_number} of {_dimensions} dimensions",
            space=partial(space, _dimensions),
            instances=partial(largescale, _number, dimensions=_dimensions),
            place=(__name__, f"F{_number}D{_dimensions}"),
            hidden=True,
        )
