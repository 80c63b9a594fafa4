"""Stratified bootstrap: repetitions are drawn anew within each task, and the tasks stay as they are.

So an interval says how much other repetitions on these tasks would change a number.  It says nothing about
other tasks.

From the n repetitions of a task n - 1 are drawn, with replacement.  Draws of n would have only (n - 1) / n of
the variance of a mean, which over many tasks does not average out: intervals would be 11 % too narrow for 5
repetitions, 29 % for 2 (McCarthy and Snowden, *The bootstrap and finite population sampling*, 1985).

The limits are percentiles.  The alternative, BCa, corrects skewness by a jackknife, which is not consistent
for numbers that depend on order statistics, as interquartile means and medians do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.types import LEVEL, Floats

RESAMPLES = 2000
_CHUNK = 200_000  # scores that are held at a time


class Interval(NamedTuple):
    """An estimate with the confidence interval [low, high]."""

    estimate: float
    low: float
    high: float


def draw_rows(known: NDArray[np.bool_], generator: np.random.Generator, resamples: int) -> NDArray[np.intp]:
    """Return which repetitions are in each resample.

    Args:
        known: shape (repetitions, tasks), where there is a score; at least one in each task.

    Returns:
        Shape (resamples, repetitions - 1, tasks), row numbers; -1 fills up tasks that have fewer scores.
    """
    counts = known.sum(axis=0)
    draws = len(known) - 1
    known_first = np.argsort(~known, axis=0, kind="stable")
    picks = generator.integers(counts, size=(resamples, draws, known.shape[1]))
    rows = np.take_along_axis(known_first[None], picks, axis=1)
    return np.where(np.arange(draws)[:, None] < counts - 1, rows, -1)


def take(scores: Floats, rows: NDArray[np.intp]) -> Floats:
    """Return the scores at ``rows``, NaN at -1.

    Args:
        scores: shape (repetitions, tasks).
        rows: shape (resamples, draws, tasks), which is the result's too.
    """
    padded = np.vstack([scores, np.full((1, scores.shape[1]), np.nan)])
    return np.take_along_axis(padded[None], rows, axis=1)


def limits(
    statistic: Callable[..., Floats],
    samples: Sequence[Floats],
    generator: np.random.Generator,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Floats:
    """Return the percentile limits of a statistic of one or several independent samples.

    Args:
        statistic: from a resample of each sample, shapes (n, draws, tasks) with NaN for what is missing, to
            values of shape (n, ...).
        samples: each of shape (repetitions, tasks), finite or NaN; a score or more in each task.

    Returns:
        Shape (2, ...); NaN if a task of a sample has one score only, which does not show its variance.

    Raises:
        ValueError: if the level is not in (0, 1).
    """
    check_level(level)
    known = [np.isfinite(sample) for sample in samples]

    def values(n: int) -> Floats:
        rows = [draw_rows(places, generator, n) for places in known]
        return statistic(*map(take, samples, rows))

    size = max(1, _CHUNK // sum(sample.size for sample in samples))
    chunks = [min(size, resamples - start) for start in range(0, resamples, size)]
    tails = [0.5 - level / 2, 0.5 + level / 2]
    quantiles: Floats = np.quantile(np.concatenate([values(n) for n in chunks]), tails, axis=0)
    enough = all(places.sum(axis=0).min() > 1 for places in known)
    return quantiles if enough else np.full_like(quantiles, np.nan)


def check_level(level: float) -> None:
    """Raise ValueError unless ``level`` is a confidence level."""
    if not 0 < level < 1:
        raise ValueError(f"the level is {level}; expected a number between 0 and 1, such as {LEVEL}")
