"""Forecasts of learning curves' last values by a Bayesian ensemble of power laws.

A curve's model is y(t) = v + b (1 - t^-c) / (1 - T^-c) plus noise: it begins at v and gains b until the last
epoch T.  The ensemble has one such model for each exponent c.  Given c the model is linear, so that the
posterior of v and b and the likelihood of c are closed forms; no sampling is needed.  The prior of the gain b
and the noise are estimated from all curves together (empirical Bayes), so that a short curve is forecast
from how others went on.  Larger values are better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Floats = NDArray[np.float64]

EXPONENTS = np.geomspace(0.1, 4.0, 12)  # from a nearly logarithmic curve to one that is soon flat
LARGEST = 1e100
LEAST_NOISE = 0.02  # of the spread between curves; no curve is a power law exactly
LEAST_SHARED = 3  # curves, each with so many results, from which the prior of gains is estimated


@dataclass(frozen=True)
class Forecasts:
    """Distributions of the last values of some curves: mixtures of normal ones, one component an exponent.

    Attributes:
        means, deviations, weights: shape (curves, components); the weights of a curve add up to 1.
    """

    means: Floats
    deviations: Floats
    weights: Floats

    def expected_improvement(self, target: float) -> Floats:
        """Return the expectation of max(last value - target, 0) for each curve."""
        gap = self.means - target
        z = np.clip(gap / self.deviations, -40, 40)  # beyond, its square may overflow
        density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return np.asarray((self.weights * (gap * ndtr(z) + self.deviations * density)).sum(axis=1))

    def chance(self, target: float) -> Floats:
        """Return the probability that the last value is above the target, for each curve."""
        return np.asarray((self.weights * ndtr((self.means - target) / self.deviations)).sum(axis=1))


def forecasts(curves: Floats) -> Forecasts:
    """Return the forecasts of curves, and behind them that of a curve which has not begun.

    Args:
        curves: shape (curves, epochs), with at least one; NaN where a curve has no value yet, and a value at
            least in its first epoch.  Values that are far below the others count as if they were less far.
    """
    tame, centre, scale = _tamed(curves)
    fit = _Fit(tame, _noise(tame))
    vague = fit.posterior(0.0, 3.0)
    enough = np.isfinite(tame).sum(axis=1) >= LEAST_SHARED
    if enough.sum() >= LEAST_SHARED:
        gains = (vague.weights * (vague.means - fit.starts(0.0, 3.0))).sum(axis=1)[enough]
        known = fit.posterior(float(gains.mean()), float(np.hypot(gains.std(), 0.1)))
    else:
        known = vague
    last = (known.weights * known.means).sum(axis=1)
    new_mean, new_deviation = last.mean(), np.hypot(last.std(), fit.noise if len(last) > 1 else 3.0)
    components = len(EXPONENTS)
    return Forecasts(
        centre + scale * np.vstack([known.means, np.full(components, new_mean)]),
        scale * np.vstack([known.deviations, np.full(components, new_deviation)]),
        np.vstack([known.weights, np.full(components, 1 / components)]),
    )


def _tamed(curves: Floats) -> tuple[Floats, float, float]:
    """Return curves with a centre of 0 and a spread of 1, without far outliers below; and both numbers."""
    values = np.clip(curves, -LARGEST, LARGEST)
    finite = np.isfinite(values)
    last = values[np.arange(len(values)), finite.shape[1] - 1 - finite[:, ::-1].argmax(axis=1)]
    centre, best = float(np.median(last)), float(values[finite].max())
    values = np.maximum(values, centre - 4 * (best - centre))  # NaN stays
    spread = float(np.abs(np.maximum(last, centre - 4 * (best - centre)) - centre).mean())
    scale = spread or (best - centre) or abs(centre) or 1.0
    return (values - centre) / scale, centre, scale


def _noise(curves: Floats) -> float:
    """Return the standard deviation of the noise of all curves: from their second differences."""
    second = curves[:, 2:] - 2 * curves[:, 1:-1] + curves[:, :-2]
    second = second[np.isfinite(second)]
    if not second.size:
        return 0.1
    return float(max(1.4826 * np.median(np.abs(second)) / np.sqrt(6), LEAST_NOISE))


class _Fit:
    """Curves of spread 1 and the sums that the posterior of each model depends on."""

    def __init__(self, curves: Floats, noise: float) -> None:
        self.noise = noise
        epochs = np.arange(1, curves.shape[1] + 1, dtype=float)
        rise = 1 - epochs[None, :] ** -EXPONENTS[:, None]
        rise /= rise[:, -1:] if curves.shape[1] > 1 else 1.0  # (components, epochs)
        there = np.isfinite(curves)
        self._first = np.where(there, curves, 0.0)[:, :1]
        values = np.where(there, curves - self._first, 0.0)
        known = there.astype(float)
        self._n, self._y = known.sum(axis=1)[:, None], values.sum(axis=1)[:, None]
        self._x, self._xx, self._xy = known @ rise.T, known @ (rise**2).T, values @ rise.T

    def _solved(self, gain: float, deviation: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the means of start and gain, the variance of their sum, and the log likelihood."""
        precision = 1 / self.noise**2
        a, b = self._n * precision + 1e-2, self._x * precision
        c = self._xx * precision + deviation**-2
        r, s = self._y * precision, self._xy * precision + gain / deviation**2
        determinant = a * c - b**2
        start, rise = (c * r - b * s) / determinant, (a * s - b * r) / determinant
        likelihood = (r * start + s * rise - np.log(determinant)) / 2
        return start, rise, (a + c - 2 * b) / determinant, likelihood

    def starts(self, gain: float, deviation: float) -> Floats:
        """Return where each model begins, shape (curves, components)."""
        return self._first + self._solved(gain, deviation)[0]

    def posterior(self, gain: float, deviation: float) -> Forecasts:
        """Return the forecasts under a normal prior of the gains."""
        start, rise, variance, likelihood = self._solved(gain, deviation)
        weights = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
        return Forecasts(
            self._first + start + rise,
            np.sqrt(variance + self.noise**2),
            weights / weights.sum(axis=1, keepdims=True),
        )
