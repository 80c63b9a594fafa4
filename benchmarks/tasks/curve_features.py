"""Features of learning curves: noise, cost, how early they tell, what matters, how rare the best are.

Pure functions of sampled curves.  Values beyond three interquartile ranges of the quartiles (Tukey's outer
fences) count as at the fence, so that a few trainings that have gone wrong do not decide.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestRegressor

from benchmarks.tasks.sampled_curves import SampledCurves
from results.types import Floats

EXPLAINED = 0.9  # of what a forest explains, by as few hyperparameters as it takes
TOP = 0.1  # of the distance between a typical configuration and the best known
TREES = 100
SHUFFLES = 5


class CurveFeatures(NamedTuple):
    """Features of curves; NaN where one cannot be told.

    Attributes:
        noise: share of the variance of final values that a configuration's expected value does not explain.
        cost_spread: 90th by 10th percentile of the seconds of an epoch.
        seconds: median seconds of a full training of a random configuration.
        rank_first, rank_third: Spearman's correlation of the values after the first epoch, and after a third
            of the epochs, with the final ones.
        diverged: share of configurations that fail or report what is no number.
        effective_dimensions: fewest hyperparameters with ``EXPLAINED`` of the importance.
        top: share of configurations that are nearer to the best known value than ``TOP`` of the distance
            at which the median configuration is.
    """

    noise: float
    cost_spread: float
    seconds: float
    rank_first: float
    rank_third: float
    diverged: float
    effective_dimensions: float
    top: float


def curve_features(curves: SampledCurves, *, maximised: bool, best: float = math.nan) -> CurveFeatures:
    """Return the features of sampled curves.

    Args:
        curves: of a task.
        maximised: whether more is better.
        best: the best value known after the last epoch; unless given, the best of the sample.
    """
    epochs = curves.values.shape[1]
    final = curves.values[:, -1]
    expected = np.where(np.isnan(curves.noise_free), final, curves.noise_free)
    third = max(1, round(epochs / 3))
    several = epochs > 1
    return CurveFeatures(
        noise=noise(final, curves.noise_free, curves.again),
        cost_spread=cost_spread(curves.seconds),
        seconds=float(np.nanmedian(curves.seconds)) * epochs,
        rank_first=rank_correlation(curves.values[:, 0], final) if several else math.nan,
        rank_third=rank_correlation(curves.values[:, third - 1], final) if several else math.nan,
        diverged=float(curves.diverged.mean()),
        effective_dimensions=effective_dimensions(curves.points, expected),
        top=top(expected, maximised=maximised, best=best),
    )


def fenced(values: Floats) -> Floats:
    """Return values with those beyond Tukey's outer fences at the fence; NaN stays."""
    low, high = np.nanquantile(values, [0.25, 0.75])
    kept: Floats = np.clip(values, low - 3 * (high - low), high + 3 * (high - low))
    return kept


def noise(final: Floats, noise_free: Floats, again: Floats) -> float:
    """Return the share of noise in the variance of final values.

    Args:
        final: shape (n,).
        noise_free: shape (n,), the same values without noise; NaN if unknown.
        again: shape (n,), the same configurations with other seeds; used where ``noise_free`` is unknown.
    """
    if np.isfinite(noise_free).any():
        other, halves = noise_free, 1.0
    else:
        other, halves = again, 2.0  # a difference of two has twice the variance
    known = np.isfinite(final) & np.isfinite(other)
    if known.sum() < 2:
        return math.nan
    kept = fenced(final[known])
    apart = kept - np.clip(other[known], kept.min(), kept.max())
    total = float(kept.var())
    return min(1.0, float((apart**2).mean()) / halves / total) if total > 0 else math.nan


def cost_spread(seconds: Floats) -> float:
    """Return the 90th percentile of the costs by the 10th."""
    low, high = np.nanquantile(seconds, [0.1, 0.9])
    return float(high / low) if low > 0 else math.nan


def rank_correlation(early: Floats, final: Floats) -> float:
    """Return Spearman's correlation of two values of each configuration; NaN if either is constant."""
    known = np.isfinite(early) & np.isfinite(final)
    if known.sum() < 2 or not np.ptp(early[known]) or not np.ptp(final[known]):
        return math.nan
    return float(spearmanr(early[known], final[known]).statistic)


def effective_dimensions(points: Floats, expected: Floats) -> float:
    """Return how few hyperparameters have ``EXPLAINED`` of the importance.

    The importance of one is by how much the error of a random forest grows when its values are shuffled
    (Breiman, Random Forests, 2001), measured on the half of the configurations that the forest has not seen:
    its own effect and its part in interactions.

    Args:
        points: shape (n, dimensions).
        expected: shape (n,), final values without noise where that is known.

    Returns:
        NaN if the forest explains nothing.
    """
    known = np.isfinite(expected)
    x, y = points[known], expected[known]
    if len(y) < 20 or not np.ptp(y):
        return math.nan
    y = fenced(y)
    half = len(y) // 2
    forest = RandomForestRegressor(TREES, min_samples_leaf=2, random_state=0).fit(x[:half], y[:half])
    unseen, truth = x[half:], y[half:]
    error = ((forest.predict(unseen) - truth) ** 2).mean()
    chance = np.random.default_rng(0)
    gains = []
    for column in range(x.shape[1]):
        shuffled = unseen.copy()
        losses = []
        for _ in range(SHUFFLES):
            shuffled[:, column] = chance.permutation(unseen[:, column])
            losses.append(((forest.predict(shuffled) - truth) ** 2).mean())
        gains.append(max(0.0, float(np.mean(losses) - error)))
    shares = np.cumsum(np.sort(gains)[::-1])
    return float(np.searchsorted(shares, EXPLAINED * shares[-1]) + 1) if shares[-1] > 0 else math.nan


def top(expected: Floats, *, maximised: bool, best: float = math.nan) -> float:
    """Return the share of configurations that are among the top.

    Args:
        expected: shape (n,); NaN counts as not among the top.
        maximised: whether more is better.
        best: the best value known; NaN for the best of these.
    """
    loss = -expected if maximised else expected
    least = float(np.fmin(np.nanmin(loss), -best if maximised else best))
    typical = float(np.nanmedian(loss))
    return float((loss <= least + TOP * (typical - least)).mean())
