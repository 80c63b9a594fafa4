"""Shrunken variances: the noise of each combination, from its own repetitions and from all combinations.

With a few repetitions a variance of one's own is mostly chance; a common one is wrong where combinations
differ.  The empirical-Bayes estimate lies between, as near to the common one as the data say (Smyth, *Linear
models and empirical Bayes methods for assessing differential expression*, 2004).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special

from results.types import Floats

#: The least that a variance is held to be, as a share of the mean variance.
LEAST_SHARE = 0.05


class Noise(NamedTuple):
    """Variances of the combinations' means, in the mean over tasks.

    Attributes:
        variance: of each combination's mean, shape (combinations,).
        single: variance of one repetition of all tasks, the mean over combinations.
        df: degrees of freedom of one combination's variance beside the others'; infinite if nothing shows
            that they differ.
        common_df: degrees of freedom of their mean.
    """

    variance: Floats
    single: float
    df: float
    common_df: float


def noise(parts: list[Floats]) -> Noise:
    """Return the noise of the combinations' means.

    Args:
        parts: the values of each task, shape (repetitions, combinations); at least two repetitions and two
            combinations.  What a repetition does to all combinations alike is not noise.
    """
    tasks, combinations = len(parts), parts[0].shape[1]
    variances, dfs, common_dfs, singles = [], [], [], []
    for part in parts:
        repetitions = len(part)
        variance, df = _of_task(part)
        variances.append(variance / repetitions / tasks**2)
        singles.append(float(variance.mean()) / tasks**2)
        dfs.append(df)
        common_dfs.append((repetitions - 1) * (combinations - 1))
    means = np.array([variance.mean() for variance in variances])
    return Noise(
        np.sum(variances, axis=0), sum(singles), _satterthwaite(means, dfs), _satterthwaite(means, common_dfs)
    )


def _satterthwaite(variances: Floats, dfs: list[float]) -> float:
    """Return the degrees of freedom of a sum of variances."""
    squares = sum(
        variance**2 / df for variance, df in zip(variances.tolist(), dfs, strict=True) if math.isfinite(df)
    )
    return float(variances.sum()) ** 2 / squares if squares > 0 else math.inf


def _of_task(values: Floats) -> tuple[Floats, float]:
    """Return the variance of each combination's repetitions, shape (combinations,), and its df."""
    repetitions, combinations = values.shape
    centred = values - values.mean(axis=1, keepdims=True)
    centred = centred - centred.mean(axis=0)
    squares = (centred**2).sum(axis=0) / (repetitions - 1)
    mean = float(squares.sum()) / (combinations - 1)
    if combinations == 2 or mean == 0:  # of two, the difference has a variance, and no more can be known
        return np.full(combinations, mean), math.inf
    squares, df = _shrunken(squares, repetitions - 1)
    mean = float(squares.sum()) / (combinations - 1)
    # A block's mean holds a share of each one's noise (Grubbs, 1948).
    own = (squares - mean / combinations) / (1 - 2 / combinations)
    return np.maximum(own, LEAST_SHARE * mean), df


def _shrunken(squares: Floats, df: int) -> tuple[Floats, float]:
    """Return variances as they are expected, and their degrees of freedom (Smyth 2004, section 6.2)."""
    middle = float(np.median(squares)) or float(squares.mean())
    logs = np.log(np.maximum(squares, 1e-3 * middle)) - special.digamma(df / 2) + math.log(df / 2)
    spread = float(logs.var(ddof=1)) - float(special.polygamma(1, df / 2))
    if spread <= 0:
        return np.full_like(squares, squares.mean()), math.inf
    prior = 2 * _inverse_trigamma(spread)
    centre = math.exp(float(logs.mean()) + float(special.digamma(prior / 2)) - math.log(prior / 2))
    return (prior * centre + df * squares) / (prior + df), prior + df


def _inverse_trigamma(value: float) -> float:
    """Return the number whose trigamma is ``value``, by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(special.polygamma(2, x))
        x += step
        if abs(step) < 1e-8 * x:
            break
    return x
