"""Posterior of worths that a mixture of normals describes, and the probability of each to be the best."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from results.types import Floats

#: Points of the sum over worth.
POINTS = 81
#: Steps of the iteration that finds the level of the worths.
LEVEL_STEPS = 4

#: Standard deviations and means in tau of the parts of a mixture, and their shares.
Shape = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]


class Posterior(NamedTuple):
    """Posterior of the worths for given values of tau and of the noise: of each a mixture of normals.

    Attributes:
        log_likelihood: shape (values,).
        differ: whether tau is above 0, shape (values,).
        level: of all worths, shape (values,).
        mean, sd, weight: of each part of the mixtures, shape (values, combinations, parts); the mean above
            the level.
    """

    log_likelihood: Floats
    differ: NDArray[np.bool_]
    level: Floats
    mean: Floats
    sd: Floats
    weight: Floats

    @classmethod
    def given(cls, means: Floats, tau2: Floats, variance: Floats, share: Floats, shape: Shape) -> Posterior:
        """Return the posterior.

        Args:
            means: shape (combinations,).
            tau2: shape (values,), not below 0.
            variance: what each mean's variance may be, shape (values, combinations, variances).
            share: how probable each of these is, shape (variances,).
            shape: of the distribution of true worths.
        """
        times, offset, often = (np.repeat(part, len(share)) for part in shape)
        share = np.log(often * np.tile(share, len(shape[0])))
        variance = np.tile(variance, len(shape[0]))
        spread, offset = tau2[:, None, None] * times**2, np.sqrt(tau2)[:, None, None] * offset
        total = spread + variance
        logs = share - 0.5 * np.log(total)
        level = np.full(len(tau2), np.median(means))
        for _ in range(LEVEL_STEPS):  # what lies far from the others says little of their level
            apart = (means - level[:, None])[:, :, None] - offset
            weight = _softmax(logs - 0.5 * apart**2 / total) / total
            precision = weight.sum(axis=(1, 2))
            level = (weight * (means[:, None] - offset)).sum(axis=(1, 2)) / precision
        apart = (means - level[:, None])[:, :, None] - offset
        each = logs - 0.5 * apart**2 / total
        likelihood = special.logsumexp(each, axis=2).sum(axis=1)
        likelihood = likelihood - 0.5 * np.log(precision)  # any level is as likely beforehand
        kept = spread / total
        mean, sd = offset + kept * apart, np.sqrt(kept * variance)
        return cls(likelihood, tau2 > 0, level, mean, sd, _softmax(each))

    def at(self, values: NDArray[np.intp]) -> Posterior:
        """Return the posterior for some of the values."""
        return Posterior._make(part[values] for part in self)

    def expected(self) -> Floats:
        """Return the expected worths, shape (values, combinations)."""
        worths: Floats = self.level[:, None] + (self.weight * self.mean).sum(axis=2)
        return worths

    def probability(self) -> Floats:
        """Return how probably each is the best, shape (values, combinations)."""
        probability = np.full(self.mean.shape[:2], 1 / self.mean.shape[1])
        if self.differ.any():
            some = self.at(np.flatnonzero(self.differ))
            probability[self.differ] = _first(some.mean, some.sd, some.weight)
        return probability


def _softmax(logs: Floats) -> Floats:
    """Return exp(logs), scaled to add up to 1 over the last axis."""
    powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
    scaled: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return scaled


def _first(mean: Floats, sd: Floats, weight: Floats) -> Floats:
    """Return the probability of each to be the highest, for independent mixtures of normals.

    Args:
        mean, sd, weight: of each part of the mixtures, shape (taus, combinations, parts).

    Returns:
        Shape (taus, combinations).
    """
    reach = 6 * sd
    low = (mean - reach).min(axis=2).max(axis=1)  # below it, one combination surely is higher
    high = (mean + reach).max(axis=(1, 2))
    x = low[:, None] + (high - low)[:, None] * np.linspace(0, 1, POINTS)
    below = np.zeros((len(mean), POINTS, mean.shape[1]))
    for part in range(mean.shape[2]):
        z = (x[:, :, None] - mean[:, None, :, part]) / sd[:, None, :, part]
        below += weight[:, None, :, part] * special.ndtr(z)
    logs = np.log(np.maximum(below, 1e-300))
    others = np.exp(logs.sum(axis=2, keepdims=True) - logs)
    share: Floats = (np.diff(below, axis=1) * (others[:, 1:] + others[:, :-1]) / 2).sum(axis=1)
    share /= share.sum(axis=1, keepdims=True)
    return share
