"""Step functions: what an incumbent is over epochs, trials or seconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from results.types import Floats, Mode


class Steps(NamedTuple):
    """A step function: ``y[i]`` holds from ``x[i]`` until ``x[i + 1]``, and the last value at ``x[-1]`` only.

    Attributes:
        x: shape (points,), not decreasing; epochs or seconds.
        y: shape (points,), finite.
    """

    x: Floats
    y: Floats


def best_so_far(values: ArrayLike, mode: Mode) -> Floats:
    """Return the best finite value up to each point; NaN before the first finite one.

    Args:
        values: shape (points,); NaN and infinities are ignored.
        mode: "max" or "min".
    """
    array = np.asarray(values, dtype=np.float64)
    array = np.where(np.isfinite(array), array, np.nan)
    # fmax and fmin prefer a number to NaN.
    result: Floats = (np.fmax if mode == "max" else np.fmin).accumulate(array)
    return result


def sample(curve: Steps, grid: Floats) -> Floats:
    """Return the values of ``curve`` at ``grid``, shape (points,); NaN before its start and after its end."""
    if not len(curve.x):
        return np.full(len(grid), np.nan)
    index = np.searchsorted(curve.x, grid, side="right") - 1
    inside = (index >= 0) & (grid <= curve.x[-1])
    return np.where(inside, curve.y[np.clip(index, 0, None)], np.nan)


def held(curve: Steps, points: ArrayLike) -> Floats:
    """Return the values of ``curve`` at ``points``: NaN before its start, its last value after its end.

    Args:
        points: shape (points,); the result has the same.
    """
    wanted = np.asarray(points, dtype=np.float64)
    if not len(curve.x):
        return np.full(wanted.shape, np.nan)
    index = curve.x.searchsorted(wanted, side="right")
    return np.where(index > 0, curve.y[np.maximum(index, 1) - 1], np.nan)


def common_grid(curves: Sequence[Steps]) -> Floats:
    """Return all points at which any curve may step, shape (points,), where every curve is known.

    The mean of step functions steps nowhere else, so nothing is lost by this grid.  It starts where the
    last curve starts and ends where the first one ends; it is empty if a curve is empty or they never meet.
    """
    if not curves or any(not len(curve.x) for curve in curves):
        return np.empty(0)
    points: Floats = np.unique(np.concatenate([curve.x for curve in curves]))
    start, end = max(curve.x[0] for curve in curves), min(curve.x[-1] for curve in curves)
    inside: Floats = points[(points >= start) & (points <= end)]
    return inside
