"""The mean over tasks of each task's mean, with a t-interval, for many combinations and points at once.

Repetitions are the sample and tasks are strata: the interval says how much other repetitions on these tasks
would change the mean.  It says nothing about other tasks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from results.statistics.magnitude import unit
from results.types import LEVEL, Floats

#: What the intervals are, for captions.
INTERVALS = "Intervals: 95 % t of the mean over repetitions on these tasks"


class Means(NamedTuple):
    """Means with the limits of their intervals, each of shape (...)."""

    mean: Floats
    low: Floats
    high: Floats


def stratified_mean(values: Floats, level: float = LEVEL) -> Means:
    """Return the mean over tasks of the task's mean over its repetitions.

    The variance is the sum of the tasks' own, s² / n, over the square of their number; its degrees of
    freedom are Satterthwaite's (*An approximate distribution of estimates of variance components*, 1946).
    With one task this is the t-interval.

    Args:
        values: shape (repetitions, tasks, ...), NaN where a repetition is missing.
        level: of each interval by itself.

    Returns:
        The mean is NaN if a task has no value, the interval also if a task has one only.
    """
    if (size := unit(values)) != 1:
        return Means(*(part * size for part in stratified_mean(values / size, level)))
    known = np.isfinite(values)
    n = known.sum(axis=0)
    tasks = values.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(known, values, 0.0).sum(axis=0) / n
        spread = (np.where(known, values - means, 0.0) ** 2).sum(axis=0) / (n - 1) / n
        variance = spread.sum(axis=0)
        freedom = variance**2 / (spread**2 / (n - 1)).sum(axis=0)
    mean = means.sum(axis=0) / tasks
    quantile = stats.t.ppf(0.5 + level / 2, np.where(variance > 0, freedom, 1.0))
    half = np.where(variance > 0, quantile * np.sqrt(variance), variance) / tasks
    return Means(mean, mean - half, mean + half)
