"""COCO's 24 functions of integers and reals (bbob-mixint) in 5, 10, 20 and 40 dimensions.

A fifth of the dimensions has 2 values each, then as many 4, 8 and 16, and the last fifth is real (Tusar,
Brockhoff and Hansen, Mixed-Integer Benchmark Problems for Single- and Bi-Objective Optimization, GECCO 2019).
The tasks are ``bbob-mixint-f01-d10`` and so on; lists and globs leave them out, and a shell writes all of a
dimension as ``bbob-mixint-f{01..24}-d10``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ray import tune

import benchmarks.trainables._coco as coco
from benchmarks.trainables._instances import Function

SUITE = "bbob-mixint"
DIMENSIONS = (5, 10, 20, 40)
VALUES = (2, 4, 8, 16)  # of the integers, a fifth of the dimensions each
#: By how much the suite scales functions of bbob, so that all are about as hard; the others it leaves.
FACTORS = {
    **dict.fromkeys((17, 19, 23), 10.0),
    **dict.fromkeys((3, 4, 13, 15, 20, 24), 0.1),
    **dict.fromkeys((6, 8, 9, 11), 0.01),
    **dict.fromkeys((2, 10), 0.001),
    12: 0.0001,
}


def space(dimensions: int) -> dict[str, Any]:
    """Return integers from 0 on, and reals in [-5, 5]."""
    fifth = dimensions // 5
    domains = [tune.randint(0, many) for many in VALUES for _ in range(fifth)]
    domains += [tune.uniform(-5.0, 5.0) for _ in range(fifth)]
    return {f"x{i}": domain for i, domain in enumerate(domains, start=1)}


def mixint(number: int, repetition: int, dimensions: int) -> Function:
    """Return log10 of the distance to the optimum, at least -8, of function 1 to 24 in a repetition."""
    problem = coco.of_suite(SUITE, number, dimensions, repetition)
    return coco.distance(problem, FACTORS.get(number, 1.0) * coco.optimum(number, repetition))


for _dimensions in DIMENSIONS:
    for _number in coco.FUNCTIONS:
        globals()[f"F{_number}D{_dimensions}"] = coco.coco_task(
            f"{SUITE}-f{_number:02}-d{_dimensions:02}",
            f"COCO's {SUITE} function {_number} of {_dimensions} dimensions, four fifths of them integers",
            space=partial(space, _dimensions),
            instances=partial(mixint, _number, dimensions=_dimensions),
            place=(__name__, f"F{_number}D{_dimensions}"),
            hidden=True,
        )
