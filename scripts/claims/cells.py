"""Simultaneous confidence intervals of paired differences, and what each says about a margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from results.statistics.differences import hodges_lehmann
from results.types import Floats

ERROR = 0.05  # probability that any interval of a family misses its truth, at most

#: A cell's place: row, column (mostly a task), and more where a table needs it.
Key = tuple[str, ...]


@dataclass(frozen=True)
class ClaimCell:
    """An estimate with its simultaneous interval.

    Attributes:
        estimate, low, high: of a difference, positive where the first of the two is better; low and high are
            infinite where there are too few repetitions for an interval of this coverage.
        margin: difference without practical weight, in the same unit, 0 or more.
        n: independent repetitions.
    """

    estimate: float
    low: float
    high: float
    margin: float
    n: int

    @property
    def better(self) -> bool:
        """Surely above 0, by more than the margin as far as is known."""
        return self.low > 0 and self.estimate > self.margin

    @property
    def worse(self) -> bool:
        """Surely below 0, by more than the margin as far as is known."""
        return self.high < 0 and self.estimate < -self.margin

    @property
    def no_gain(self) -> bool:
        """Surely no better by the margin."""
        return self.high < self.margin

    @property
    def no_loss(self) -> bool:
        """Surely no worse by the margin."""
        return self.low > -self.margin

    @property
    def equivalent(self) -> bool:
        """Surely within the margin."""
        return self.no_gain and self.no_loss

    @property
    def sure(self) -> bool:
        """Surely other than 0."""
        return self.low > 0 or self.high < 0


Cells = dict[Key, ClaimCell]


@dataclass(frozen=True)
class Sample:
    """Paired differences of one cell, shape (repetitions,), and its margin."""

    values: Floats
    margin: float


def simultaneous(*families: Mapping[Key, Sample]) -> list[Cells]:
    """Return the cells of each table; all intervals of all tables hold together with 1 - ``ERROR``.

    Hodges-Lehmann estimates with the intervals that the exact signed-rank test does not reject, each of the
    coverage 1 - ``ERROR`` / number of cells (Bonferroni).  A repetition whose difference is NaN does
    not count.

    Args:
        families: tables, such as one of the validation metric and one of the test metric.
    """
    level = coverage(sum(map(len, families)))
    return [{key: cell(sample, level) for key, sample in family.items()} for family in families]


def coverage(cells: int) -> float:
    """Return the coverage of each interval, so that all of them hold together with 1 - ``ERROR``."""
    return 1 - ERROR / max(1, cells)


def cell(sample: Sample, level: float) -> ClaimCell:
    """Return a cell whose interval covers with at least ``level``."""
    known = sample.values[np.isfinite(sample.values)]
    if not len(known):
        return ClaimCell(np.nan, -np.inf, np.inf, sample.margin, 0)
    interval = hodges_lehmann(known, level)
    return ClaimCell(float(interval[0]), float(interval[1]), float(interval[2]), sample.margin, len(known))


def share(happened: ArrayLike, level: float) -> tuple[float, float, float]:
    """Return a share of independent cases with Clopper and Pearson's interval, which covers with ``level``.

    Args:
        happened: shape (cases,), whether it did.
    """
    cases = np.asarray(happened, dtype=bool)
    n, times = len(cases), int(cases.sum())
    tail = (1 - level) / 2
    low = float(stats.beta.ppf(tail, times, n - times + 1)) if times else 0.0
    high = float(stats.beta.isf(tail, times + 1, n - times)) if times < n else 1.0
    return times / n, low, high
