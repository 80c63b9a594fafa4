"""A smooth surface through recorded values: the mean of a Gaussian process at a new configuration.

Rasmussen and Williams, Gaussian Processes for Machine Learning (2006), algorithm 2.1 for the mean and the
likelihood; a Matern 3/2 kernel with one length scale a column, eq. (4.17), shared by all targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

LEARNED_FROM = 1000  # points; more cost more than they improve
STEPS = 120
ROOT_3 = 3**0.5


@dataclass(frozen=True)
class Scales:
    """Learned hyperparameters of a surface.

    Attributes:
        lengths: shape (columns,), the distance in each column over which values vary.
        noise: variance of what the surface does not explain, as a share of the variance of the targets.
    """

    lengths: Floats
    noise: float


class Surface:
    """Values at points and between them.

    Args:
        points: shape (n, columns).
        weights: shape (n, targets), as ``solve`` returns them.
        scales: as learned.
    """

    def __init__(self, points: Floats, weights: Floats, scales: Scales) -> None:
        self._inverse = (1 / scales.lengths).astype(np.float32)
        scaled = points * self._inverse
        self._squares = 3 * (scaled**2).sum(1)
        self._twice = np.ascontiguousarray(-6 * scaled.T)  # so that the product runs along the points
        self._weights = np.ascontiguousarray(weights, np.float32)

    def at(self, point: Floats) -> tuple[Floats, int]:
        """Return the values at a point, shape (targets,), and the index of the nearest of the points."""
        here = point * self._inverse
        distance = here @ self._twice
        distance += self._squares
        distance += 3 * float(here @ here)
        nearest = int(distance.argmin())
        np.maximum(distance, 0, out=distance)
        np.sqrt(distance, out=distance)
        kernel = np.exp(-distance)
        distance += 1
        kernel *= distance
        return kernel @ self._weights, nearest


def neighbours(points: Floats, scales: Scales, count: int) -> npt.NDArray[np.intp]:
    """Return each point's nearest points, itself among them, shape (n, count)."""
    from scipy.spatial import cKDTree

    scaled = points / scales.lengths
    near: npt.NDArray[np.intp] = cKDTree(scaled).query(scaled, min(count, len(points)))[1]
    return near.reshape(len(points), -1)


def learn(points: Floats, targets: Floats, generator: np.random.Generator) -> Scales:
    """Return the scales under which the targets, shape (n, targets), are likeliest."""
    import torch

    if len(points) > LEARNED_FROM:
        chosen = generator.choice(len(points), LEARNED_FROM, replace=False)
        points, targets = points[chosen], targets[chosen]
    x, y = torch.tensor(points, dtype=torch.float64), torch.tensor(targets, dtype=torch.float64)
    y = y / y.std(0).clamp_min(1e-9)
    lengths = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    noise = torch.tensor(-3.0, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([lengths, noise], lr=0.1)
    for _ in range(STEPS):
        optimizer.zero_grad()
        distance = ROOT_3 * torch.cdist(x / lengths.exp(), x / lengths.exp())
        kernel = (1 + distance) * torch.exp(-distance)
        factor = torch.linalg.cholesky(kernel + (noise.exp() + 1e-6) * torch.eye(len(x), dtype=torch.float64))
        solved = torch.linalg.solve_triangular(factor, y, upper=False)
        # The targets' variance is profiled out, each target's own.
        loss = len(x) / 2 * solved.square().mean(0).log().sum() + y.shape[1] * factor.diagonal().log().sum()
        loss.backward()
        optimizer.step()
    return Scales(lengths.detach().exp().numpy().astype(np.float32), float(noise.detach().exp()))


def solve(points: Floats, targets: Floats, scales: Scales) -> Floats:
    """Return the weights with which the kernel gives the targets, shape (n, targets)."""
    from scipy.linalg import cho_factor, cho_solve
    from scipy.spatial.distance import cdist

    scaled = points.astype(np.float64) / scales.lengths
    distance = ROOT_3 * cdist(scaled, scaled)
    kernel = (1 + distance) * np.exp(-distance) + (scales.noise + 1e-6) * np.eye(len(points))
    solved: Floats = cho_solve(cho_factor(kernel), targets.astype(np.float64)).astype(np.float32)
    return solved
