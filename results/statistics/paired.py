"""Paired scores: the variance of their difference, with its uncertainty.

Pure functions on arrays.  Repetitions share their seeds, so the difference of two combinations' scores has
the variance Var(A) + Var(B) - 2 Cov: less than that of independent runs if the scores correlate, more if they
correlate negatively.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from results.statistics.magnitude import unit
from results.types import LEVEL, Floats

LEAST = 3  # common repetitions, for a pair to be counted
RESAMPLES = 500


AT_ONCE = 1_000_000  # pairs of all resamples that are computed together: 8 MB an array


class Pairing(NamedTuple):
    """The effect of pairing on each pair; shape (..., combinations, combinations), NaN below ``LEAST``.

    Attributes:
        n: common repetitions.
        correlation: of the scores; NaN if either is constant.
        removed: 1 - Var(A-B) / (Var(A) + Var(B)), negative where pairing hurts; NaN if both are constant.
        worth: (Var(A) + Var(B)) / Var(A-B); infinite if the scores differ by a constant.
    """

    n: Floats
    correlation: Floats
    removed: Floats
    worth: Floats


def pairing(scores: Floats, weights: ArrayLike | None = None) -> Pairing:
    """Return the effect of pairing on every pair of columns.

    Args:
        scores: shape (repetitions, combinations); NaN where there is none.
        weights: shape (..., repetitions), how often each repetition counts; once by default.  Several
            resamples at once are the leading dimensions of what is returned.
    """
    scores = scores / unit(scores)
    known = np.isfinite(scores).astype(float)
    times = np.ones(len(scores)) if weights is None else np.asarray(weights, float)
    times = times[..., :, None]
    n = known.T @ (times * known)
    share = np.maximum(n, 1.0)
    x = np.where(known > 0, scores - np.nanmedian(np.where(known.any(0), scores, 0.0), axis=0), 0.0)
    mean = (times * x).mT @ known / share  # of a row's scores, in the repetitions that the column has too
    square = (times * x**2).mT @ known / share
    variance = np.where(square - mean**2 > 1e-12 * square, square - mean**2, 0.0)
    varied = (variance > 0) & (variance.mT > 0)
    covariance = np.where(varied, (times * x).mT @ x / share - mean * mean.mT, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = np.clip(covariance / np.sqrt(variance * variance.mT), -1.0, 1.0)
        removed = 2 * covariance / (variance + variance.mT)
        left = np.where(removed > 1 - 1e-9, 0.0, 1 - removed)
        few = n < LEAST
        return Pairing(n, *(np.where(few, np.nan, array) for array in (correlation, 1 - left, 1 / left)))


def fisher(correlation: Floats, n: Floats, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Return confidence intervals of correlations by Fisher's z, for scores that are roughly normal.

    (-1, 1) for n of 3, which says nothing; NaN for correlations of 1 and -1, where it has no meaning.

    Args:
        correlation, n: shape (pairs,); n at least 3.
    """
    with np.errstate(divide="ignore"):
        half = stats.norm.ppf(0.5 + level / 2) / np.sqrt(n - 3.0)
        centre = np.arctanh(np.where(np.abs(correlation) < 1, correlation, np.nan))
    return np.tanh(centre - half), np.tanh(centre + half)


def medians(scores: Floats, groups: Sequence[NDArray[np.bool_]], level: float = LEVEL) -> Floats:
    """Return the median share removed over the pairs of each group, with its bootstrap interval.

    Repetitions are drawn anew, so that what the pairs have in common counts only once.  With few repetitions
    the interval is too narrow.

    Args:
        scores: shape (repetitions, combinations).
        groups: each of shape (combinations, combinations), which pairs belong to it.

    Returns:
        Shape (groups, 3): median, low, high; NaN for a group without a pair.
    """
    generator = np.random.default_rng(0)  # the same numbers from the same results
    n, combinations = scores.shape
    draws = generator.multinomial(n, np.full(n, 1 / n), RESAMPLES)
    parts = np.array_split(draws, min(RESAMPLES, 1 + RESAMPLES * combinations**2 // AT_ONCE))
    resampled = np.concatenate([_medians(pairing(scores, part).removed, groups) for part in parts])
    tails = [0.5 - level / 2, 0.5 + level / 2]
    limits = [
        np.quantile(finite, tails) if len(finite := column[np.isfinite(column)]) else [np.nan, np.nan]
        for column in resampled.T
    ]
    return np.column_stack([_medians(pairing(scores).removed[None], groups)[0], np.reshape(limits, (-1, 2))])


def _medians(removed: Floats, groups: Sequence[NDArray[np.bool_]]) -> Floats:
    """Return the median over each group's finite pairs, shape (resamples, groups); NaN without any."""
    return np.column_stack([_finite_median(removed[:, group]) for group in groups])


def _finite_median(rows: Floats) -> Floats:
    known = np.isfinite(rows)
    ordered = np.sort(np.where(known, rows, np.inf), axis=1)
    count = known.sum(axis=1, keepdims=True)
    if not ordered.shape[1]:
        return np.full(len(rows), np.nan)
    middle = [np.take_along_axis(ordered, np.maximum(at, 0), axis=1) for at in ((count - 1) // 2, count // 2)]
    return np.where(count > 0, (middle[0] + middle[1]) / 2, np.nan)[:, 0]
