"""Wilcoxon's signed-rank test, exact with ties and zeros too, and how many pairs it takes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from results.types import Floats

EXACT_UP_TO = 100  # pairs; with more, the normal approximation
_DIGITS = 12


def differences_of(a: ArrayLike, b: ArrayLike) -> Floats:
    """Return a - b, shape (pairs,), where what is equal but for rounding becomes equal.

    In floating point 0.3 - 0.2 is not 0.2 - 0.1.  Scores that are shares of the same few thousand images
    have many equal differences, and the test must see them as ties.  Kept are 12 digits of the largest score.
    """
    one, other = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    sizes = np.abs(np.concatenate([one, other]))
    largest = sizes[np.isfinite(sizes)].max(initial=0.0)
    decimals = _DIGITS - math.ceil(math.log10(largest)) if largest else 0
    return np.round(one - other, min(decimals, 300))


def signed_rank_distribution(places: NDArray[np.integer]) -> Floats:
    """Return the distribution of the sum of those of ``places`` whose sign is +, all signs being fair coins.

    Args:
        places: shape (n,), whole numbers > 0, such as 1 to n.

    Returns:
        Shape (sum of places + 1,): the probability of each sum.
    """
    chance = np.zeros(int(places.sum()) + 1)
    chance[0] = 1.0
    top = 0
    for place in places.tolist():
        chance[place : top + place + 1] += chance[: top + 1].copy()
        chance /= 2
        top += place
    return chance


def signed_rank_p(differences: ArrayLike) -> float:
    """Return the two-sided p of Wilcoxon's signed-rank test.

    Zeros take part in the ranking and are then left out (Pratt 1959): to leave them out before can turn
    evidence around.  Tied differences share their mean rank.  Up to ``EXACT_UP_TO`` pairs that are not zero,
    p is exact for the ranks that there are, ties and zeros included: the share of all sign patterns that
    are at least as far from the middle.  With more, the normal approximation.

    Args:
        differences: shape (pairs,), finite.

    Returns:
        1 if all are zero.
    """
    d = np.asarray(differences, dtype=np.float64)
    if np.count_nonzero(d) > EXACT_UP_TO:
        return float(stats.wilcoxon(d, zero_method="pratt", method="asymptotic").pvalue)
    doubled = np.rint(2 * stats.rankdata(np.abs(d))).astype(np.int64)  # whole numbers, ties or not
    chance = signed_rank_distribution(doubled[d != 0])
    observed, total = int(doubled[d > 0].sum()), len(chance) - 1
    tail = chance[: min(observed, total - observed) + 1].sum()
    return min(1.0, float(2 * tail))


def smallest_p(n: int) -> float:
    """Return the smallest two-sided p that n pairs can give, 2 / 2^n: all differences have the same sign."""
    return min(1.0, 2.0 ** (1 - n))


def pairs_needed(level: float = 0.05, tests: int = 1) -> int:
    """Return how many pairs it takes for the smallest of ``tests`` p-values to pass Holm's test at ``level``.

    With fewer nothing can ever be significant.

    Raises:
        ValueError: if the level is not in (0, 1) or there is no test.
    """
    if not 0 < level < 1 or tests < 1:
        raise ValueError(f"level {level} and {tests} tests; expected one in (0, 1) and 1 or more")
    n = 1
    while smallest_p(n) > level / tests:
        n += 1
    return n
