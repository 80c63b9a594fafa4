"""Learning curves between recorded ones: principal curves whose weights lie on a smooth surface.

All metrics of all epochs of a configuration, averaged over the seeds, are one vector; a few principal
components carry nearly all of it, and a Gaussian process over the encoded space predicts those.  What it
expects is kept within what the nearest recorded configuration and its neighbours do, since a smooth surface
overshoots beside a cliff, and training has cliffs.  What the seeds differ in stays noise, a seed's whole
curve at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.curves.recorded.surface import Floats, Scales, Surface, learn, neighbours, solve

COMPONENTS = 8
NEIGHBOURS = 8  # what is expected lies within their curves
WORST_LOSS = 1e3  # losses are predicted in logarithms up to here
LEAST_LOSS = 1e-6
LEAST_SHARE = 1e-3  # and shares in logits from here to 1 less it


def scale_of(values: npt.NDArray[Any]) -> str:
    """Return on which scale a metric is predicted: "logit" for shares, "log" over a decade, else "plain"."""
    finite = values[np.isfinite(values)]
    if finite.min() >= 0 and finite.max() <= 1:
        return "logit"
    return "log" if finite.min() > 0 and finite.max() > 10 * finite.min() else "plain"


def transformed(values: npt.NDArray[Any], scale: str) -> Floats:
    """Return a metric on its scale; what is not finite counts as a loss that is as bad as can be."""
    if scale == "logit":
        share = np.clip(np.nan_to_num(values, nan=0.0), LEAST_SHARE, 1 - LEAST_SHARE)
        logits: Floats = np.log(share / (1 - share)).astype(np.float32)
        return logits
    if scale == "log":
        finite = np.where(np.isfinite(values), values, WORST_LOSS)
        logarithms: Floats = np.log(np.clip(finite, LEAST_LOSS, WORST_LOSS)).astype(np.float32)
        return logarithms
    worst = np.nanmax(values[np.isfinite(values)])
    return np.where(np.isfinite(values), values, worst).astype(np.float32)


class Inverse:
    """The inverse of ``transformed`` for several metrics at once, whose ``scales`` these are."""

    def __init__(self, scales: Sequence[str]) -> None:
        self._signs = np.array([[-1.0 if scale == "logit" else 1.0] for scale in scales], np.float32)
        self._logits = [i for i, scale in enumerate(scales) if scale == "logit"]
        self._plain = [i for i, scale in enumerate(scales) if scale == "plain"]

    def __call__(self, rows: Floats) -> Floats:
        """Return the values of rows, shape (metrics, n)."""
        values: Floats = np.exp(rows * self._signs)
        for i in self._logits:
            values[i] = 1 / (1 + values[i])
        for i in self._plain:
            values[i] = rows[i]
        return values


@dataclass(frozen=True)
class Basis:
    """Principal components: curves as a few weights, and back.

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


def basis(curves: Floats) -> Basis:
    """Return the principal components of curves, shape (n, metrics * epochs)."""
    mean, spread = curves.mean(0), curves.std(0) + 1e-6
    _, _, components = np.linalg.svd((curves - mean) / spread, full_matrices=False)
    return Basis(mean, spread, components[:COMPONENTS].astype(np.float32))


class Model:
    """The expected curves at any configuration.

    Args:
        points: shape (n, columns), encoded configurations.
        curves: shape (n, metrics * epochs), their mean curves, on their scales.
        scales, basis: as learned.
        weights: shape (n, k), of the surface at its points.
    """

    def __init__(self, points: Floats, curves: Floats, scales: Scales, basis: Basis, weights: Floats) -> None:
        self.points, self.curves, self.scales, self.basis, self.weights = (
            points,
            curves,
            scales,
            basis,
            weights,
        )
        self._surface = Surface(points, weights, scales)
        self._seen = np.ascontiguousarray(basis.weights(curves))
        self.near = neighbours(points, scales, NEIGHBOURS)
        around = curves[self.near]
        self._least, self._most = around.min(1), around.max(1)
        self._half_squares = (self._seen**2).sum(1) / 2

    def at(self, point: Floats) -> tuple[Floats, int, int]:
        """Return the curve expected, the nearest recorded one, and which of its neighbours' is likest."""
        found, nearest = self._surface.at(point)
        near = self.near[nearest]
        like = int(near[(self._half_squares[near] - self._seen[near] @ found).argmin()])
        expected = self.basis.curves(found)
        np.maximum(expected, self._least[nearest], out=expected)
        np.minimum(expected, self._most[nearest], out=expected)
        return expected, nearest, like

    def predict(self, points: Floats) -> Floats:
        """Return the curves expected at points, shape (m, metrics * epochs)."""
        return np.array([self.at(point)[0] for point in points])


def fit(points: Floats, curves: Floats, scales: Scales | None, generator: np.random.Generator) -> Model:
    """Return a model of mean curves at points; ``scales`` None learns them too."""
    found = basis(curves)
    targets = found.weights(curves)
    scales = scales or learn(points, targets, generator)
    return Model(points, curves, scales, found, solve(points, targets, scales))
