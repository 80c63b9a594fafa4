"""Learning curves between recorded ones: principal curves whose weights lie on a smooth surface.

All metrics of all epochs of a configuration, averaged over the seeds, are one vector; a few principal
components carry nearly all of it, and a Gaussian process over the encoded space predicts those.  What the
seeds differ in stays noise: it comes from the nearest recorded configuration, a seed's whole curve at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.tables.surface import Floats, Scales, Surface, learn, solve

COMPONENTS = 12
WORST_LOSS = 1e3  # losses are predicted in logarithms up to here
LEAST_LOSS = 1e-6


@dataclass(frozen=True)
class Basis:
    """How curves become a few numbers and back.

    Attributes:
        mean: shape (metrics * epochs,).
        spread: shape (metrics * epochs,), what each is divided by.
        components: shape (k, metrics * epochs), orthonormal.
    """

    mean: Floats
    spread: Floats
    components: Floats

    def weights(self, curves: Floats) -> Floats:
        """Return the numbers of curves, (n, metrics * epochs) to (n, k)."""
        scaled: Floats = (curves - self.mean) / self.spread
        return scaled @ self.components.T

    def curves(self, weights: Floats) -> Floats:
        """Return the curves of such numbers, (..., k) to (..., metrics * epochs)."""
        found: Floats = (weights @ self.components) * self.spread + self.mean
        return found


def transformed(values: npt.NDArray[Any], loss: bool) -> Floats:
    """Return a metric on the scale on which it is predicted: losses as logarithms, NaN as the worst."""
    if not loss:
        return values.astype(np.float32)
    finite = np.where(np.isfinite(values), values, WORST_LOSS)
    logarithms: Floats = np.log(np.clip(finite, LEAST_LOSS, WORST_LOSS)).astype(np.float32)
    return logarithms


def is_loss(metric: str) -> bool:
    """Return whether a metric is a loss: positive, over orders of magnitude."""
    return "loss" in metric


def basis(curves: Floats) -> Basis:
    """Return the principal components of curves, shape (n, metrics * epochs)."""
    mean, spread = curves.mean(0), curves.std(0) + 1e-6
    _, _, components = np.linalg.svd((curves - mean) / spread, full_matrices=False)
    return Basis(mean, spread, components[:COMPONENTS].astype(np.float32))


@dataclass(frozen=True)
class Fit:
    """All that is needed to predict.

    Attributes:
        scales: of the surface.
        basis: of the curves.
        weights: shape (n, k), of the surface at its points.
    """

    scales: Scales
    basis: Basis
    weights: Floats

    def predict(self, points: Floats, at: Floats) -> Floats:
        """Return the curves expected at other points, shape (m, metrics * epochs)."""
        surface = Surface(points, self.weights, self.scales)
        return self.basis.curves(np.array([surface.at(point)[0] for point in at]))


def fit(points: Floats, curves: Floats, scales: Scales | None, generator: np.random.Generator) -> Fit:
    """Return a fit to mean curves at points; ``scales`` None learns them too."""
    found = basis(curves)
    targets = found.weights(curves)
    scales = scales or learn(points, targets, generator)
    return Fit(scales, found, solve(points, targets, scales))
