"""Power that planned comparisons reach, over pilots of a few repetitions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from results.statistics.planning import MOST, repetitions_assured, repetitions_needed
from results.types import Floats
from scripts.calibration.worlds import NOISES

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
        assured, assured_n: by the number that ``results.power`` gives.
        plain, plain_n: by the number that takes the pilot's standard deviation as it is.
    """

    assured: float
    assured_n: float
    plain: float
    plain_n: float


def measure(noise: str, pilot: int, count: int, generator: np.random.Generator) -> PlannedPower:
    """Return the power that plans reach with paired t tests of that noise."""
    sd = float(_apart(noise, generator, 200_000, 1).std())
    rows = []
    for effect in EFFECTS:
        for _ in range(count):
            own = float(_apart(noise, generator, pilot, 1).std(ddof=1))
            assured = repetitions_assured(POWER, effect * sd, own, ALPHA, pilot - 1) or MOST
            plain = repetitions_needed(POWER, effect * sd, own, ALPHA) or MOST
            reached = [_power(noise, n, effect * sd, generator) for n in (assured, plain)]
            rows.append([reached[0], assured, reached[1], plain])
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


def _power(noise: str, n: int, difference: float, generator: np.random.Generator) -> float:
    if n > LARGEST:
        return 1.0
    apart = difference + _apart(noise, generator, n, COMPARISONS)
    return float(np.mean(stats.ttest_1samp(apart, 0.0, axis=0).pvalue < ALPHA))
