"""Power that planned comparisons reach, over pilots of a few repetitions."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from results.statistics.planning import MOST, repetitions_needed, repetitions_planned
from results.statistics.signed_rank import EXACT_UP_TO, signed_rank_distribution
from results.types import Floats
from scripts.calibration.worlds import NOISES

Test = Callable[[Floats], NDArray[np.bool_]]

PILOTS = (3, 5, 10)
#: The difference to be found, in standard deviations of the paired differences.
EFFECTS = (0.3, 0.5, 0.7, 1.0, 1.5)
POWER, ALPHA = 0.8, 0.05
#: Repetitions beyond which a planned comparison is not simulated but counted as finding the difference.
LARGEST = 2000
#: Comparisons simulated for each pilot.
COMPARISONS = 60


class PlannedPower(NamedTuple):
    """Power that was reached, the mean over pilots and effects, and the median number of repetitions.

    Attributes:
        assured, assured_n: of the signed-rank test, by the number that ``results.power`` gives.
        plain, plain_n: of the t test, by the number that takes the pilot's standard deviation as it is.
    """

    assured: float
    assured_n: float
    plain: float
    plain_n: float


def measure(noise: str, pilot: int, count: int, generator: np.random.Generator) -> PlannedPower:
    """Return the power that plans reach with paired tests of that noise."""
    sd = float(_apart(noise, generator, 200_000, 1).std())
    rows = []
    for effect in EFFECTS:
        for _ in range(count):
            deviation = float(_apart(noise, generator, pilot, 1).std(ddof=1))
            assured = repetitions_planned(POWER, effect * sd, deviation, ALPHA, pilot) or MOST
            plain = repetitions_needed(POWER, effect * sd, deviation, ALPHA) or MOST
            reached = _power(noise, assured, effect * sd, generator, signed_rank_rejects)
            usual = _power(noise, plain, effect * sd, generator, t_rejects)
            rows.append([reached, assured, usual, plain])
    table = np.array(rows, dtype=np.float64)
    return PlannedPower(
        float(table[:, 0].mean()),
        float(np.median(table[:, 1])),
        float(table[:, 2].mean()),
        float(np.median(table[:, 3])),
    )


def _apart(noise: str, generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return paired differences of two combinations with that noise, shape (n, k)."""
    draw = NOISES[noise]
    return draw(generator, n, k) - draw(generator, n, k)


def _power(noise: str, n: int, difference: float, generator: np.random.Generator, rejects: Test) -> float:
    if n > LARGEST:
        return 1.0
    return float(np.mean(rejects(difference + _apart(noise, generator, n, COMPARISONS))))


def t_rejects(apart: Floats) -> NDArray[np.bool_]:
    """Return whether the t test rejects each sample of differences, shape (pairs, samples)."""
    rejected: NDArray[np.bool_] = stats.ttest_1samp(apart, 0.0, axis=0).pvalue < ALPHA
    return rejected


def signed_rank_rejects(apart: Floats) -> NDArray[np.bool_]:
    """Return the same of the signed-rank test, all samples at once; there must be no ties."""
    n = len(apart)
    ranks = np.abs(apart).argsort(axis=0).argsort(axis=0) + 1
    positive = (ranks * (apart > 0)).sum(axis=0)
    rejected: NDArray[np.bool_] = np.minimum(positive, n * (n + 1) // 2 - positive) <= _critical(n)
    return rejected


@cache
def _critical(n: int) -> float:
    """Return the largest sum of ranks of one sign at which the test rejects; below 0 if there is none."""
    if n <= EXACT_UP_TO:
        chance = np.cumsum(signed_rank_distribution(np.arange(1, n + 1)))
        return float(np.searchsorted(2 * chance, ALPHA, side="right")) - 1
    sd = np.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return float(n * (n + 1) / 4 - stats.norm.isf(ALPHA / 2) * sd)
