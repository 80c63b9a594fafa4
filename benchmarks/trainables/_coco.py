"""Functions of COCO (package coco-experiment) as tasks: a function and a number of dimensions each.

The loss is the logarithm of the distance to the optimum, base 10, as COCO states its targets; it ends at
1e-8, COCO's last one.  Repetition 0 is COCO's instance 1, repetition 1 its instance 2, and so on: in each the
optimum lies elsewhere, and some functions are rotated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.curves.model import Place
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._function_reference import FunctionReference
from benchmarks.trainables._instances import Function, Instances
from benchmarks.trainables._simulated import Simulated
from benchmarks.trainables._synthetic import NOISES, SyntheticCurves, load

PRECISION = 1e-8
WORST, SCALE = 8.0, 2.0  # of the losses: few are above 1e8
FUNCTIONS = range(1, 25)
FEWEST = 2  # dimensions
Evaluated = Callable[[Sequence[float]], float]  # a problem of COCO's


def distance(problem: Evaluated, best: float) -> Function:
    """Return log10 of the distance to the optimum, at least -8, of a configuration x1, x2, ...

    Args:
        problem: of COCO's.
        best: its smallest value.
    """

    def loss(config: Mapping[str, Any]) -> float:
        value = float(problem([config[f"x{i}"] for i in range(1, len(config) + 1)]))
        return math.log10(max(value - best, PRECISION))

    return loss


def optimum(number: int, repetition: int) -> float:
    """Return the smallest value of bbob's function 1 to 24 in a repetition; it is that of all dimensions."""
    import cocoex

    return float(cocoex.BareProblem("bbob", number, FEWEST, repetition + 1).best_value())


def of_suite(suite: str, number: int, dimensions: int, repetition: int) -> Evaluated:
    """Return a problem of a suite that COCO has not as a bare function."""
    import cocoex

    only = f"dimensions: {dimensions} function_indices: {number}"
    problem: Evaluated = cocoex.Suite(suite, f"instances: {repetition + 1}", only).get_problem(0)
    return problem


def coco_task(
    name: str,
    summary: str,
    *,
    space: Callable[[], Mapping[str, Any]],
    instances: Instances,
    place: tuple[str, str],
    hidden: bool,
) -> type[Simulated]:
    """Register a function of COCO and return its class.

    Args:
        name, summary: of the task.
        space: x1, x2, ...
        instances: the losses by the repetition; the smallest is -8 in each.
        place: the module, and its name for the class.
        hidden: there are hundreds, so that most are run only if named.
    """

    def curves(place: Place) -> SyntheticCurves:
        noise = float(place.arrays.get("noise", NOISES["subset"]))
        return SyntheticCurves(
            instances(place.repetition), start=WORST, scale=SCALE, place=place, noise=noise
        )

    module, attribute = place
    names = {"__module__": module, "__doc__": summary, "curves": staticmethod(curves)}
    reference = FunctionReference(
        instances, space, minimum=math.log10(PRECISION), start=WORST, scale=SCALE, seconds=_a_second
    )
    return trainable(
        name,
        summary,
        space=space,
        load=load,
        datasets=tuple(NOISES),
        sized=False,
        curves=curves,
        constants=reference,
        requires=("coco-experiment",),
        install="pip install coco-experiment==2.8.2",
        source="COCO (Hansen et al., arXiv 1603.08785), BSD-3-Clause",
        metric="loss",
        mode="min",
        mutable=tuple(space()),
        hidden=hidden,
        provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    )(type(attribute, (Simulated,), names))


def _a_second(config: Mapping[str, Any]) -> float:
    """Return the cost of an epoch."""
    return 1.0
