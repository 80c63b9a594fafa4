"""Shrunken variances: the noise of each combination, from its own repetitions and from all combinations.

With a few repetitions a variance of one's own is mostly chance; a common one is wrong where combinations
differ.  The empirical-Bayes estimate lies between, as near to the common one as the data say (Smyth, *Linear
models and empirical Bayes methods for assessing differential expression*, 2004).

Sample variances that differ by more than those of normal noise have two explanations, which few repetitions
do not tell apart: combinations differ in their noise, or the noise of all has tails, as where a run in twelve
fails, and some have shown none yet.  Who takes the first for granted is too sure of those that have not.  So
there are two estimates, by either explanation.

A third one is that all noise is equal and the variances differ by chance.  That they are found to differ does
not rule it out: of a few variances some always stand out.  It counts by the likelihood of the sample
variances, beside that of the others with a spread that is fitted to them (Schwarz, *Estimating the dimension
of a model*, 1978).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special, stats

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
        weight: how probable this explanation is.
    """

    variance: Floats
    single: float
    df: float
    common_df: float
    weight: float = 1.0


def noises(parts: list[Floats]) -> list[Noise]:
    """Return the noise of the combinations' means by each explanation; their weights add up to 1.

    The first is that of normal noise; a second one follows if the noise has tails, a third, of equal noise,
    if the variances differ.

    Args:
        parts: the values of each task, shape (repetitions, combinations); at least two repetitions and two
            combinations.  What a repetition does to all combinations alike is not noise.
    """
    centred = [part - part.mean(axis=1, keepdims=True) for part in parts]
    centred = [part - part.mean(axis=0) for part in centred]
    tails = [excess_kurtosis(part) for part in centred]
    found = [_noise(centred, [0.0] * len(parts))]
    if any(tails) and parts[0].shape[1] > 2:
        found.append(_noise(centred, tails))
    equal = _share_of_equal(centred) if any(math.isfinite(noise.df) for noise in found) else 0.0
    weighted = [noise._replace(weight=(1 - equal) / len(found)) for noise in found]
    if equal:
        mean = np.full_like(found[0].variance, found[0].variance.mean())
        weighted.append(found[0]._replace(variance=mean, df=math.inf, weight=equal))
    return weighted


def _share_of_equal(centred: list[Floats]) -> float:
    """Return how probable it is that all combinations have the same noise, by the sample variances."""
    odds = 0.0  # log odds of unequal noise
    for part in centred:
        repetitions, combinations = part.shape
        df = repetitions - 1
        squares = (part**2).sum(axis=0) / df * combinations / (combinations - 1)
        if not squares.any():
            continue
        squares = _floored(squares)
        fitted = _prior(squares, df)
        if fitted is None:
            continue
        centre, prior = fitted
        unequal = stats.f.logpdf(squares / centre, df, prior) - math.log(centre)
        mean = float(squares.mean())
        equal = stats.chi2.logpdf(squares * df / mean, df) + math.log(df / mean)
        odds += float((unequal - equal).sum()) - math.log(combinations) / 2
    return float(special.expit(-odds))


def _noise(centred: list[Floats], tails: list[float]) -> Noise:
    tasks, combinations = len(centred), centred[0].shape[1]
    variances, dfs, common_dfs, singles = [], [], [], []
    for part, tail in zip(centred, tails, strict=True):
        repetitions = len(part)
        variance, df = _of_task(part, tail)
        variances.append(variance / repetitions / tasks**2)
        singles.append(float(variance.mean()) / tasks**2)
        dfs.append(df)
        common_dfs.append(_with_tails((repetitions - 1) * (combinations - 1), part.size, tail))
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


def _of_task(centred: Floats, tails: float) -> tuple[Floats, float]:
    """Return the variance of each combination's repetitions, shape (combinations,), and its df."""
    repetitions, combinations = centred.shape
    squares = (centred**2).sum(axis=0) / (repetitions - 1)
    mean = float(squares.sum()) / (combinations - 1)
    if combinations == 2 or mean == 0:  # of two, the difference has a variance, and no more can be known
        return np.full(combinations, mean), math.inf
    squares, df = _shrunken(squares, _with_tails(repetitions - 1, repetitions, tails))
    mean = float(squares.sum()) / (combinations - 1)
    # A block's mean holds a share of each one's noise (Grubbs, 1948).
    own = (squares - mean / combinations) / (1 - 2 / combinations)
    return np.maximum(own, LEAST_SHARE * mean), df


def excess_kurtosis(centred: Floats) -> float:
    """Return the excess kurtosis of the noise, what all combinations have in common, from 0 to n.

    Unbiased estimates of the fourth cumulant and of the squared variance (k-statistics: Fisher, 1929), each
    added up over combinations, so that unequal variances are not taken for tails.  More than n repetitions
    can hardly show, and below four nothing shows it, and it is 0.

    Args:
        centred: shape (repetitions, combinations), each with a mean of 0.
    """
    n = len(centred)
    if n < 4:
        return 0.0
    second, fourth = (centred**2).sum(axis=0), (centred**4).sum(axis=0)
    k2 = second / (n - 1)
    k4 = (n * (n + 1) * fourth - 3 * (n - 1) * second**2) / ((n - 1) * (n - 2) * (n - 3))
    fourth_cumulant = max(0.0, float(k4.sum()))
    # The mean of k2^2 is sigma^4 (1 + 2 / (n - 1)) + fourth cumulant / n.
    squared = (float((k2**2).sum()) - fourth_cumulant / n) / (1 + 2 / (n - 1))
    if fourth_cumulant >= n * squared:
        return float(n) if fourth_cumulant > 0 else 0.0
    return fourth_cumulant / squared


def _with_tails(df: float, values: int, tails: float) -> float:
    """Return how many degrees of freedom a variance of normal noise would have that varies as much.

    A variance s^2 of n values has the variance sigma^4 (2 / df + excess kurtosis / n).
    """
    return 2 / (2 / df + tails / values)


def _shrunken(squares: Floats, df: float) -> tuple[Floats, float]:
    """Return variances as they are expected, and their degrees of freedom (Smyth 2004, section 6.2)."""
    fitted = _prior(_floored(squares), df)
    if fitted is None:
        return np.full_like(squares, squares.mean()), math.inf
    centre, prior = fitted
    return (prior * centre + df * squares) / (prior + df), prior + df


def _floored(squares: Floats) -> Floats:
    """Return sample variances of which none is so small that its logarithm outweighs all others."""
    return np.maximum(squares, 1e-3 * (float(np.median(squares)) or float(squares.mean())))


def _prior(squares: Floats, df: float) -> tuple[float, float] | None:
    """Return the centre and the degrees of freedom of the variances' distribution; None if all are equal."""
    logs = np.log(squares) - special.digamma(df / 2) + math.log(df / 2)
    spread = float(logs.var(ddof=1)) - float(special.polygamma(1, df / 2))
    if spread <= 0:
        return None
    prior = 2 * _inverse_trigamma(spread)
    centre = math.exp(float(logs.mean()) + float(special.digamma(prior / 2)) - math.log(prior / 2))
    return centre, prior


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
