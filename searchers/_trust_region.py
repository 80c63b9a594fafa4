"""The trust region of TuRBO: where it lies, and when it grows, shrinks and ends."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_GAIN = 1e-3  # share of the best cost by which a result must be better to count as a success


@dataclass
class TrustRegion:
    """A box around the best point of a search in the unit cube.

    Its side is ``length`` where all dimensions matter as much.  It doubles after ``success_tolerance``
    results in a row that are better than all before, halves after ``failure_tolerance`` that are not, and
    ends below ``least``.

    Attributes:
        n_init: results that are drawn before a model proposes.
        points, costs: what is known in it, (n, d) and (n,).
    """

    n_init: int
    length: float
    most: float
    least: float
    success_tolerance: int
    failure_tolerance: int
    points: list[list[float]] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    successes: int = 0
    failures: int = 0

    @property
    def modelled(self) -> bool:
        """Whether it has enough results for a model."""
        return len(self.costs) >= self.n_init

    @property
    def ended(self) -> bool:
        """Whether it is too small to go on with."""
        return self.length < self.least

    @property
    def centre(self) -> list[float]:
        """The best point."""
        return self.points[int(np.argmin(self.costs))]

    def learn(self, point: list[float], cost: float | None) -> None:
        """Add a result; None is a trial that failed, which is no success."""
        if self.modelled:
            best = min(self.costs)
            self._count(cost is not None and cost < best - LEAST_GAIN * abs(best))
        if cost is not None:
            self.points.append(point)
            self.costs.append(cost)

    def _count(self, success: bool) -> None:
        self.successes, self.failures = (self.successes + 1, 0) if success else (0, self.failures + 1)
        if self.successes == self.success_tolerance:
            self.length, self.successes = min(2 * self.length, self.most), 0
        elif self.failures == self.failure_tolerance:
            self.length, self.failures = self.length / 2, 0

    def box(self, lengthscales: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the lower and upper corner, (d,) each.

        Its sides are in proportion to the model's ``lengthscales`` (d,), and its volume is ``length`` to the
        power of d, before what lies outside the unit cube is cut off.
        """
        sides = self.length * lengthscales / math.exp(float(np.mean(np.log(lengthscales))))
        centre = np.array(self.centre)
        return np.clip(centre - sides / 2, 0, 1), np.clip(centre + sides / 2, 0, 1)
