"""Means of bounded values by betting: an exact test for any distribution, at any number of looks.

To find whether a mean is so low, one bets against it.  A gambler with capital 1 stakes a fixed part on each
value being above the supposed mean; where that is true the capital is not expected to grow, so that it is
ever 1 / a with probability a at most (Ville 1939).  The bound needs no symmetry and no variance, holds for
values as they come, and costs nothing for looking often: Waudby-Smith and Ramdas, *Estimating means of
bounded random variables by betting* (J. R. Stat. Soc. B 2024; arXiv:2010.09686).  The capital is spread over
several stakes (their section 4.2).  Of values that are all 0 the boldest stake makes p (1 - share)^n:
Clopper and Pearson's bound but for the part of the capital that is on it.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from results.types import Floats

#: Stakes, as parts of the largest that cannot lose more than the capital, and the capital that is on each.
STAKES = np.array([1.0, 0.9, 0.75, 0.6, 0.45, 0.3])
CAPITAL = np.array([0.3, 0.14, 0.14, 0.14, 0.14, 0.14])
_STEPS = 30  # of bisection


def low_mean_p(values: ArrayLike, mean: float) -> float:
    """Return p of the hypothesis that the mean is ``mean`` or less; small: it is higher.

    Valid at every look at growing values, without a correction, if the least p of all looks is taken.  The
    values may have different means if the hypothesis is about the mean of these.

    Args:
        values: shape (n,), independent, -1 or more, in any order.
        mean: above -1.

    Raises:
        ValueError: if there is no value, one is below -1 or not finite, or the mean is not above -1.
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or not x.size or not (np.isfinite(x).all() and x.min() >= -1):
        raise ValueError(f"values of shape {x.shape}; expected some, all finite and -1 or more")
    if not mean > -1:
        raise ValueError(f"the mean is {mean}; expected a number above -1")
    return _p(x, mean)


def lowest_mean(values: ArrayLike, level: float) -> float:
    """Return the lowest mean that is not rejected at ``level``: what is below it is ruled out.

    Args:
        values: as in ``low_mean_p``.
        level: in (0, 1).

    Returns:
        -1 if nothing is ruled out.

    Raises:
        ValueError: as ``low_mean_p``.
    """
    x = np.asarray(values, dtype=np.float64)
    low_mean_p(x, 0.0)
    low, high = -1.0, float(x.mean())
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle == low:
            break
        low, high = (middle, high) if _p(x, middle) <= level else (low, middle)
    return low


def least_share(variance: float, n: int, level: float, groups: int = 1) -> float:
    """Return about the least share d for which n values of mean 0 reject a mean of -d or less.

    There is room for chance, so that they do in nearly all of ``groups``.  Of the form of Bernstein's bound;
    checked by simulation in the tests.

    Args:
        variance: of the values.
        n: how many.
        level: of the test.
        groups: how many there are.
    """
    room = NormalDist().inv_cdf(1 - 0.05 / groups)
    rare, often = (math.log(1 / (part * level)) for part in (CAPITAL[0], CAPITAL[1]))
    return rare / n + math.sqrt(2 * variance * often / n) + room * math.sqrt(variance / n)


def _p(x: Floats, mean: float) -> float:
    stakes = STAKES / (1 + mean)
    gains = np.maximum(1 + stakes[:, None] * (x - mean), 0.0)
    with np.errstate(divide="ignore"):
        capital = float(CAPITAL @ np.exp(np.minimum(np.log(gains).sum(axis=1), 700.0)))
    return min(1.0, 1.0 / capital) if capital > 0 else 1.0
