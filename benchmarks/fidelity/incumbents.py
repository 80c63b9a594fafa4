"""Paired comparison of the final incumbents of real and virtual runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

LEVEL = 0.05
POWER = 0.8


@dataclass(frozen=True)
class IncumbentComparison:
    """Paired differences of final incumbents, real minus virtual, one pair a repetition.

    Attributes:
        pairs: the number of pairs; ``equal`` of them are exactly equal.
        mean, interval: of the differences; 95 % by Student's t.
        p: of Wilcoxon's signed-rank test that they lie around 0; 1 if all are equal.
        spread: standard deviation of the real incumbents.
        detectable: the mean difference that a paired t-test at the 5 % level finds with 80 % probability.
    """

    pairs: int
    equal: int
    mean: float
    interval: tuple[float, float]
    p: float
    spread: float
    detectable: float


def compare(real: Sequence[float], virtual: Sequence[float]) -> IncumbentComparison:
    """Compare the incumbents of the same repetitions, two or more, in the same order."""
    a: npt.NDArray[np.float64] = np.array(real, float)
    b: npt.NDArray[np.float64] = np.array(virtual, float)
    differences = a - b
    n, scale = len(a), float(differences.std(ddof=1))
    half = float(stats.t.ppf(1 - LEVEL / 2, n - 1)) * scale / n**0.5
    mean = float(differences.mean())
    p = float(stats.wilcoxon(differences).pvalue) if differences.any() else 1.0
    return IncumbentComparison(
        *(n, int((differences == 0).sum()), mean, (mean - half, mean + half), p),
        *(float(a.std(ddof=1)), detectable(scale, n)),
    )


def detectable(scale: float, n: int) -> float:
    """Return the mean of n differences (standard deviation ``scale``) that the test finds with this power."""
    quantiles = stats.t.ppf(1 - LEVEL / 2, n - 1) + stats.t.ppf(POWER, n - 1)
    return float(quantiles * scale / n**0.5)
