"""Families of tasks: near-copies of one another, which a split does not tear apart.

A family is one model on several data sets, one table benchmark, or one function in several versions.  What is
not named here belongs to the family of its name's first word: ``hpobench-car`` to ``hpobench``.  COCO's
functions are a family each, in all their dimensions, but for those that COCO made of one another: the
separable and the rotated ellipsoid, Rastrigin's functions, Rosenbrock's, Schaffers', Gallagher's (Hansen,
Finck, Ros and Auger, Real-Parameter Black-Box Optimization Benchmarking 2009: Noiseless Functions
Definitions, INRIA RR-6829).
"""

from __future__ import annotations

import fnmatch
import re

FUNCTIONS = "functions/"
#: Family -> globs of its tasks.
NAMED = {
    f"{FUNCTIONS}ackley": ("ackley", "mixed-ackley"),
    f"{FUNCTIONS}branin-levy": ("branin", "levy", "conditional"),  # conditional is both behind a switch
    f"{FUNCTIONS}hartmann": ("hartmann*",),
    f"{FUNCTIONS}rosenbrock": ("rosenbrock", "bbob-f08*", "bbob-f09*", "bbob-f19*"),
    f"{FUNCTIONS}ellipsoid": ("bbob-f02*", "bbob-f10*"),
    f"{FUNCTIONS}rastrigin": ("bbob-f03*", "bbob-f04*", "bbob-f15*"),
    f"{FUNCTIONS}schaffers": ("bbob-f17*", "bbob-f18*"),
    f"{FUNCTIONS}gallagher": ("bbob-f21*", "bbob-f22*"),
    "images": ("mnist-*", "fashion-*"),
}
_COCO = re.compile(r"bbob-(f\d\d)")


def family_of(task: str) -> str:
    """Return the name of a task's family."""
    for family, globs in NAMED.items():
        if any(fnmatch.fnmatchcase(task, glob) for glob in globs):
            return family
    if coco := _COCO.match(task):
        return f"{FUNCTIONS}{coco[1]}"
    return task.partition("-")[0]


def is_function(task: str) -> bool:
    """Return whether a task is a formula, not a model that was trained."""
    return family_of(task).startswith(FUNCTIONS)
