"""Statistics of curves: incumbents as step functions, repetitions on a common grid, bands, limits.

Pure functions on arrays; nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from results.statistics.magnitude import unit

Floats = NDArray[np.float64]
Mode = Literal["min", "max"]
Axis = Literal["epochs", "clock", "trials"]

#: With fewer repetitions the band is their range: a t-interval of so few skewed, bounded values would
#: mostly show its own assumptions.
T_INTERVAL_FROM = 6
LEVEL = 0.95
#: Of fewer combinations none is cut off.
FEWEST = 8


class Steps(NamedTuple):
    """A step function: ``y[i]`` holds from ``x[i]`` until ``x[i + 1]``, and the last value at ``x[-1]`` only.

    Attributes:
        x: shape (points,), not decreasing; epochs or seconds.
        y: shape (points,), finite.
    """

    x: Floats
    y: Floats


class Summary(NamedTuple):
    """Mean and band over repetitions, at each of the points.

    Attributes:
        n: repetitions.
        mean, low, high: shape (points,); low = high = mean if n is 1: there is no band.
    """

    n: int
    mean: Floats
    low: Floats
    high: Floats


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


def mean_curve(curves: Sequence[Steps]) -> tuple[Floats, Summary]:
    """Return the common grid of the curves that have any point, and mean and band on it."""
    known = [curve for curve in curves if len(curve.x)]
    grid = common_grid(known)
    values = np.array([sample(curve, grid) for curve in known]).reshape(len(known), len(grid))
    return grid, summarise(values)


def summarise(values: Floats) -> Summary:
    """Return mean and band over the first axis.

    Args:
        values: shape (repetitions, points), finite.

    Returns:
        The band is the range of the repetitions, or from ``T_INTERVAL_FROM`` of them on the 95 %
        t-interval of their mean, at each point by itself.
    """
    n = len(values)
    if n == 0:
        empty = np.full(values.shape[1:], np.nan)
        return Summary(0, empty, empty, empty)
    if (size := unit(values)) != 1:
        found = summarise(values / size)
        return Summary(n, *(part * size for part in found[1:]))
    mean = values.mean(axis=0)
    if n < T_INTERVAL_FROM:
        return Summary(n, mean, values.min(axis=0), values.max(axis=0))
    half = stats.t.ppf(0.5 + LEVEL / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return Summary(n, mean, mean - half, mean + half)


def band_in_words(counts: Sequence[int]) -> str:
    """Say what the band of summaries of ``counts`` repetitions is, for a caption; empty if there is none."""
    several = {n for n in counts if n > 1}
    kinds = []
    if any(n < T_INTERVAL_FROM for n in several):
        kinds.append("the range of the repetitions")
    if any(n >= T_INTERVAL_FROM for n in several):
        kinds.append("the 95 % t-interval of the mean")
    if len(kinds) == 2:
        return f"{kinds[0]} (n < {T_INTERVAL_FROM}) or {kinds[1]}"
    return kinds[0] if kinds else ""


def robust_limits(
    groups: Sequence[ArrayLike], mode: Mode, keep: float = 1.0, least: float = 0.0
) -> tuple[float, float]:
    """Return limits (low, high) that show what learned, without letting what failed flatten it.

    Where a gap of half of the whole range parts the groups (the values of a trial, of a line) by their
    best values, those on its bad side are failures and do not count.  Of the others' values the best
    ``keep`` count, and only those on the good side of such a gap, if they are most.  If all this would save
    less than a third of the range, nothing is cut.

    Args:
        groups: arrays of any lengths; values that are not finite are ignored.
        mode: which end is good and never cut.
        keep: share of the values that stay inside, in (0, 1].
        least: share of the groups that are no failures, whatever the gap.  What a few configurations learned
            is worth all the room; but one combination that is better than all does not make those failures.

    Returns:
        Limits without margin; (0, 1) if there is no finite value.
    """
    sign = 1.0 if mode == "max" else -1.0
    arrays = [sign * np.asarray(group, dtype=np.float64) for group in groups]
    arrays = [array[np.isfinite(array)] for array in arrays]
    arrays = [array for array in arrays if array.size]
    if not arrays:
        return 0.0, 1.0
    pooled = np.concatenate(arrays)
    worst, best = float(pooled.min()), float(pooled.max())
    gap = best / 2 - worst / 2
    tops = np.array([array.max() for array in arrays])
    failed = _below_gap(tops, gap)
    if (tops > failed).mean() < least:
        failed = -np.inf
    values = np.concatenate([array for array in arrays if array.max() > failed])
    jumped = _below_gap(values, gap)
    if (values <= jumped).sum() < len(values) / 2:
        values = values[values > jumped]
    cut = float(np.quantile(values, 1 - keep, method="lower"))
    low = cut if cut / 3 - worst / 3 > (best / 3 - worst / 3) / 3 else worst
    return (low, best) if mode == "max" else (-best, -low)


def limits_of_values(values: Floats, mode: Mode, keep: float = 1.0) -> tuple[float, float]:
    """Return ``robust_limits`` where each group is one value, a combination's; half of them at least count.

    Of fewer than ``FEWEST`` all count: they have colours and room enough.

    Args:
        values: shape (combinations,).
        mode, keep: as ``robust_limits`` takes them.
    """
    known = values[np.isfinite(values)]
    if 0 < len(known) < FEWEST:
        return float(known.min()), float(known.max())
    return robust_limits(list(values[:, None]), mode, keep, least=0.5)


def _below_gap(values: Floats, gap: float) -> float:
    """Return the value below the widest gap in ``values``, or -infinity if none is wider than ``gap``."""
    ordered = np.sort(values)
    with np.errstate(over="ignore"):
        steps = np.diff(ordered)
    if not steps.size or steps.max() <= gap:
        return -np.inf
    return float(ordered[steps.argmax()])
