"""Means of repetitions with their bands, at one point or along curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from results.statistics.magnitude import unit
from results.statistics.steps import Steps, common_grid, sample
from results.types import LEVEL, Floats


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
        The band is the 95 % t-interval of the mean, at each point by itself, as everywhere else.
    """
    n = len(values)
    if n == 0:
        empty = np.full(values.shape[1:], np.nan)
        return Summary(0, empty, empty, empty)
    if (size := unit(values)) != 1:
        scaled = summarise(values / size)
        return Summary(n, *(part * size for part in scaled[1:]))
    mean = values.mean(axis=0)
    if n == 1:
        return Summary(n, mean, mean, mean)
    from scipy import stats  # slow to import, and seldom needed

    half = stats.t.ppf(0.5 + LEVEL / 2, n - 1) * values.std(axis=0, ddof=1) / np.sqrt(n)
    return Summary(n, mean, mean - half, mean + half)


def band_in_words(counts: Sequence[int]) -> str:
    """Return the meaning of a band over ``counts`` repetitions, for a caption; empty if there is none."""
    return "the 95 % t-interval of the mean" if any(n > 1 for n in counts) else ""
