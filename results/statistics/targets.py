"""Costs of reaching a target, where some runs end before they do.

A run is given by whether it reached its target, and its cost: up to the target if it did, else of all of it.
The cost is in any unit, such as epochs or seconds.  The terms are those of COCO (Hansen et al., *COCO:
performance assessment*, arXiv:1605.03560).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from results.statistics.steps import Steps
from results.types import Floats, Mode

_AHEAD = 8  # restarts that are drawn at a time; those after a success are not used


class Runs(NamedTuple):
    """Runs towards a target, or one run towards several; arrays of shape (runs,) or (targets,).

    Attributes:
        success: whether the target was reached.
        cost: up to the target, or of the whole run if it never was.
    """

    success: NDArray[np.bool_]
    cost: Floats


def first_hits(curve: Steps, targets: ArrayLike, mode: Mode) -> Runs:
    """Return when an incumbent reached each target.

    Args:
        curve: of one experiment, never getting worse.
        targets: shape (targets,).
        mode: "max": a target is reached by a value of at least it; "min": of at most it.

    Raises:
        ValueError: if the curve has no point.
    """
    if not len(curve.x):
        raise ValueError("the curve has no point, so that the cost of the run is unknown")
    sign = 1.0 if mode == "max" else -1.0
    place = np.searchsorted(sign * curve.y, sign * np.asarray(targets, dtype=np.float64))
    success = place < len(curve.y)
    return Runs(success, curve.x[np.minimum(place, len(curve.x) - 1)])


def expected_runtime(success: ArrayLike, cost: ArrayLike) -> float:
    """Return the average runtime (aRT, or ERT): the cost of all runs for each that succeeded.

    It estimates what it costs to restart until a run succeeds.

    Args:
        success, cost: shape (runs,).

    Returns:
        Infinity if no run succeeded.

    Raises:
        ValueError: if there is no run, the shapes differ, or a cost is negative, infinite or NaN.
    """
    runs = _checked(success, cost)
    successes = int(runs.success.sum())
    return float(runs.cost.sum()) / successes if successes else math.inf


def simulated_restarts(
    success: ArrayLike, cost: ArrayLike, generator: np.random.Generator, draws: int
) -> Floats:
    """Return runtimes of restarting until success: runs are drawn with replacement and their costs summed.

    Their mean tends to ``expected_runtime``.

    Args:
        success, cost: shape (runs,).

    Returns:
        Shape (draws,); infinity if no run succeeded.

    Raises:
        ValueError: as ``expected_runtime``.
    """
    runs = _checked(success, cost)
    if not runs.success.any():
        return np.full(draws, np.inf)
    total = np.zeros(draws)
    going = np.arange(draws)
    while going.size:
        picked = generator.integers(len(runs.cost), size=(going.size, _AHEAD))
        success = runs.success[picked]
        needed = np.where(success.any(axis=1), success.argmax(axis=1), _AHEAD - 1)
        spent = np.cumsum(runs.cost[picked], axis=1)
        total[going] += spent[np.arange(going.size), needed]
        going = going[~success[np.arange(going.size), needed]]
    return total


def runtime_distribution(runtimes: ArrayLike, budgets: ArrayLike) -> Floats:
    """Return the share of runtimes within each budget: the empirical distribution that COCO draws.

    Args:
        runtimes: of any shape, such as (draws, problems, targets); infinite where a target is never reached,
            which counts in the share and never steps.
        budgets: shape (points,), finite.

    Raises:
        ValueError: if there is no runtime, a runtime is NaN, or a budget is not finite.
    """
    times, points = np.sort(np.ravel(runtimes)), np.asarray(budgets, dtype=np.float64)
    if not times.size or np.isnan(times).any() or not np.isfinite(points).all():
        raise ValueError("expected at least one runtime, none of them NaN, and finite budgets")
    share: Floats = np.searchsorted(times, points, side="right") / times.size
    return share


def kaplan_meier(success: ArrayLike, cost: ArrayLike) -> Steps:
    """Return the share of runs that need more than a cost, as estimated by Kaplan and Meier (1958).

    A run that ends without success counts among those that may yet succeed up to its cost, and not after.  So
    why it ended must have nothing to do with how near it was; a budget set beforehand is fine.

    Args:
        success, cost: shape (runs,).

    Returns:
        One point a cost at which a run succeeded or ended; before the first, the share is 1.

    Raises:
        ValueError: as ``expected_runtime``.
    """
    runs = _checked(success, cost)
    times, place = np.unique(runs.cost, return_inverse=True)
    ended = np.bincount(place, minlength=len(times))
    succeeded = np.bincount(place, weights=runs.success, minlength=len(times))
    at_risk = len(runs.cost) - np.cumsum(ended) + ended
    return Steps(times, np.cumprod(1 - succeeded / at_risk))


def median_runtime(success: ArrayLike, cost: ArrayLike) -> float:
    """Return the smallest cost within which half of the runs succeed, by ``kaplan_meier``.

    Returns:
        Infinity if fewer than half are estimated to succeed within the costs that there are.

    Raises:
        ValueError: as ``expected_runtime``.
    """
    left = kaplan_meier(success, cost)
    reached = np.flatnonzero(left.y <= 0.5 + 1e-12)
    return float(left.x[reached[0]]) if reached.size else math.inf


def _checked(success: ArrayLike, cost: ArrayLike) -> Runs:
    runs = Runs(np.asarray(success, dtype=np.bool_), np.asarray(cost, dtype=np.float64))
    if runs.success.ndim != 1 or runs.success.shape != runs.cost.shape or not runs.cost.size:
        raise ValueError(f"shapes {runs.success.shape} and {runs.cost.shape}; expected (runs,), twice")
    if not np.isfinite(runs.cost).all() or (runs.cost < 0).any():
        raise ValueError("a cost is negative, infinite or NaN")
    return runs
