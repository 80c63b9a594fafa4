"""Worth of combinations by empirical Bayes: what to expect of each, and the probability that it is best.

The model.  A combination's worth is the mean over tasks of its true mean on each; all combinations share what
a repetition does to them, and each has noise of its own, which has several explanations (``variances``).
True worths lie around their mean with standard deviation tau, in one of several ``SHAPES``: the smaller tau
is beside the noise, the more of a lead is luck, so that the means are shrunk towards each other.  Neither tau
nor the shape nor the noise is known: all that follows is integrated over them.  Of tau, relative to the noise
of one repetition, it is assumed beforehand that it is 0 (no difference at all, ties shared) with probability
``NO_DIFFERENCE``, else anything from ``LEAST`` to ``MOST``, on a log scale; with more than a few combinations
the data outweigh that.  ``docs/calibration.md`` shows how often what is said comes true.

Nothing is drawn at random: the integrals are sums.  Sources: Efron and Morris, *Stein's estimation rule and
its competitors*, JASA 68 (1973); Gelman et al., *Bayesian Data Analysis*, 3rd edition, section 5.4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from results.statistics.magnitude import unit
from results.statistics.posterior import POINTS, Posterior
from results.statistics.variances import Noise, noises
from results.types import Floats

#: What is assumed of tau beforehand, in standard deviations of one repetition's noise.
NO_DIFFERENCE, LEAST, MOST = 0.15, 0.03, 10.0
#: Shapes of the distribution of true worths, each a mixture of normals: their standard deviations and means
#: in tau, and their shares.  In the second, a fifth may be far from the others; in the
#: third, many are nearly as good as the best, than which none is much better, and the worse ones have a long
#: tail: the quantiles of -E^2 / sqrt(20), where E is exponential and the standard deviation 1.  The fourth is
#: its mirror image: many are nearly as bad as the worst, and few may be much better.
SHAPES = (
    ((1.0,), (0.0,), (1.0,)),
    ((1.0, 6.0), (0.0, 0.0), (0.8, 0.2)),
    (
        (0.002, 0.005, 0.03, 0.1, 0.25, 1.2),
        (0.0, -0.01, -0.055, -0.24, -0.75, -2.5),
        (0.1, 0.15, 0.25, 0.25, 0.15, 0.1),
    ),
    ((0.02, 0.1, 0.3, 1.2), (0.0, 0.15, 0.75, 2.5), (0.45, 0.28, 0.17, 0.1)),
)
#: How likely each shape is beforehand: of few combinations none can be told, and normal ones are presumed.
BEFOREHAND = (0.91, 0.03, 0.03, 0.03)
#: Points of the sum over tau.
TAUS = 18
#: Quantiles between which the sums over the noise of all, and of one, take a point each.
COMMON = (0.0, 0.001, 0.01, 0.06, 0.2, 0.4, 0.7, 1.0)
OWN = (0.0, 0.02, 0.15, 0.4, 0.7, 1.0)
#: Degrees of freedom from which on the noise counts as known.
KNOWN = 60
#: What is less probable than this, of a value of tau, a shape and a noise, is left out of the sums.
NEGLIGIBLE = 1e-4
#: Numbers that are held in memory at once.
_CHUNK = 4_000_000


class Worths(NamedTuple):
    """Posterior of each combination's worth; arrays of shape (combinations,).

    Attributes:
        expected: the posterior mean of its worth, in the unit of the values.
        probability: that it is the best; adds up to 1.

    Both are NaN if a task has one repetition only.
    """

    expected: Floats
    probability: Floats


def worths(values: Floats, tasks: ArrayLike) -> Worths:
    """Return what to expect of each combination, and how probably it is the best; higher is better.

    Where all repetitions agree exactly, nothing shows the noise; then the first is the best with probability
    (n + 1) / (n + 2), by the rule of succession.

    Args:
        values: shape (blocks, combinations), finite.
        tasks: shape (blocks,), the task of each block.
    """
    if (size := unit(values)) != 1:
        scaled = worths(values / size, tasks)
        return scaled._replace(expected=scaled.expected * size)
    names = np.asarray(tasks)
    parts = [values[names == name] for name in np.unique(names)]
    combinations = values.shape[1]
    fewest = min(len(part) for part in parts)
    if fewest < 2:
        return Worths(*(np.full(combinations, np.nan) for _ in range(2)))
    means = np.mean([part.mean(axis=0) for part in parts], axis=0)
    if combinations == 1:
        return Worths(means, np.ones(1))
    noise = noises(parts)
    if noise[0].single <= 1e-20 * float(np.abs(means).max()) ** 2:
        return Worths(means, _without_noise(means, fewest))
    level = float(means.mean())
    each = [_integrated(means - level, one) for one in noise]
    expected, probability = np.average(each, axis=0, weights=[one.weight for one in noise])
    return Worths(expected + level, probability)


def recommended_order(expected: Floats, probability: Floats) -> NDArray[np.intp]:
    """Return the combinations in the order in which to recommend them, shape (combinations,).

    First comes what most is expected of among those no less probable to be the best than one drawn by lot;
    then follow all others by what is expected of them.

    Args:
        expected: what is expected of each, higher is better, shape (combinations,).
        probability: that it is the best, shape (combinations,).
    """
    order = np.argsort(-expected, kind="stable")
    likely = probability[order] >= min(1 / len(order), float(probability.max()))
    first = order[likely.argmax()]
    return np.concatenate([[first], order[order != first]])


def _without_noise(means: Floats, repetitions: int) -> Floats:
    first = means >= means.max() - 1e-12 * np.abs(means).max()
    if first.all():
        return np.full(len(means), 1 / len(means))
    sure = (repetitions + 1) / (repetitions + 2)
    chances: Floats = np.where(first, sure / first.sum(), (1 - sure) / (~first).sum())
    return chances


def _integrated(means: Floats, noise: Noise) -> Worths:
    """Return the posterior, integrated over tau, the shape of the worths and the noise."""
    taus = np.concatenate([[0.0], np.geomspace(LEAST, MOST, TAUS)])
    prior = np.concatenate([[NO_DIFFERENCE], np.full(TAUS, (1 - NO_DIFFERENCE) / TAUS)])
    common, weight = _factors(noise.common_df, COMMON)
    own_factor, share = _factors(noise.df, OWN)
    tau2 = (common[:, None] * taus**2 * noise.single).ravel()
    variance = np.repeat(common, len(taus))[:, None, None] * noise.variance[:, None] * own_factor
    mass = np.log(weight[:, None] * prior).ravel()
    posteriors = [Posterior.given(means, tau2, variance, share, shape) for shape in SHAPES]
    logs = zip(np.log(BEFOREHAND), posteriors, strict=True)
    masses = special.softmax([mass + shape + posterior.log_likelihood for shape, posterior in logs])
    masses[masses < NEGLIGIBLE] = 0
    masses /= masses.sum()
    expected, probability = np.zeros(len(means)), np.zeros(len(means))
    for posterior, its in zip(posteriors, masses, strict=True):
        counted = np.flatnonzero(its)
        for chunk in _chunks(len(counted), POINTS * len(means)):
            some = posterior.at(counted[chunk])
            expected += its[counted[chunk]] @ some.expected()
            probability += its[counted[chunk]] @ some.probability()
    return Worths(expected, probability)


def _factors(df: float, quantiles: tuple[float, ...]) -> tuple[Floats, Floats]:
    """Return what a variance may be times its estimate, by its posterior, and how probable each is."""
    if df > KNOWN:
        return np.ones(1), np.ones(1)
    edges = np.array(quantiles)
    factors: Floats = df / stats.chi2.ppf((edges[1:] + edges[:-1]) / 2, df)
    return factors, np.diff(edges)


def _chunks(count: int, each: int) -> list[slice]:
    step = max(1, _CHUNK // each)
    return [slice(start, start + step) for start in range(0, count, step)]
