"""Non-inferiority: exact tests of the mean of paired differences against a margin, and against 0.

The test is Fisher's and Pitman's for pairs (Pitman 1937; Hollander, Wolfe and Chicken, *Nonparametric
statistical methods*): the mean is compared with those of all 2^n patterns of signs.  If nothing has changed,
who of a pair is the candidate is a matter of names, so each pattern is as probable as the observed one: the
level is exact for any n, however skewed the scores are, with ties and with zeros.  A t test of so few pairs
is not: five equal losses would give it p = 0.  If something has changed, the test is about the mean as a t
test is, exact for differences that are symmetric about it and nearly so for many pairs.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from results.statistics.signed_rank import signed_rank_distribution
from results.types import Floats

#: Sizes of differences are counted in this number of parts of their sum; the test of these is exact.
PARTS = 2048
_STEPS = 30  # of bisection; a limit is then known to 1e-9 of the range


def sign_flip_p(differences: ArrayLike, against: float = 0.0) -> float:
    """Return p of the one-sided test that the mean difference is ``against`` or less; small: it is higher.

    Args:
        differences: shape (pairs,), finite.
        against: the hypothesis' mean.

    Returns:
        The share of all sign patterns whose mean is as high as the observed one or higher: 1 if all
        differences equal ``against``, and never less than 2^-n.

    Raises:
        ValueError: if there is no pair, or a difference is not finite.
    """
    d = np.asarray(differences, dtype=np.float64)
    if d.ndim != 1 or not d.size or not np.isfinite(d).all():
        raise ValueError(f"differences of shape {d.shape}; expected some pairs, all finite")
    return _p(d - against)


def non_inferiority_p(differences: ArrayLike, margin: float) -> float:
    """Return p of the hypothesis that the mean is lower by ``margin`` or more; small: it is not.

    Args:
        differences: shape (pairs,), candidate minus baseline, where higher is better.
        margin: above 0, in the unit of the differences.

    Raises:
        ValueError: as ``sign_flip_p``, or if the margin is not above 0.
    """
    if not 0 < margin < math.inf:
        raise ValueError(f"the margin is {margin}; expected a number above 0")
    return sign_flip_p(differences, -margin)


def inferiority_p(differences: ArrayLike, floor: float = 0.0) -> float:
    """Return p of the hypothesis that the mean is not lower by more than ``floor``; small: it is.

    Raises:
        ValueError: as ``sign_flip_p``.
    """
    return sign_flip_p(-np.asarray(differences, dtype=np.float64), floor)


def limits(differences: ArrayLike, tail: float) -> tuple[float, float]:
    """Return the means that the two one-sided tests at level ``tail`` each do not reject.

    Args:
        differences: shape (pairs,), finite.
        tail: in (0, 0.5); the interval covers with 1 - 2 * tail.

    Returns:
        Infinite limits if there are too few pairs for any at this level: fewer than log2(1 / tail).

    Raises:
        ValueError: as ``sign_flip_p``, or if the tail is out of range.
    """
    if not 0 < tail < 0.5:
        raise ValueError(f"the tail is {tail}; expected a number in (0, 0.5)")
    d = np.asarray(differences, dtype=np.float64)
    sign_flip_p(d)
    return _lower(d, tail), -_lower(-d, tail)


def _lower(d: Floats, tail: float) -> float:
    """Return the highest mean that is rejected, against higher ones, at level ``tail``."""
    if 2.0 ** -len(d) > tail:
        return -math.inf
    low, high = float(d.min()), float(d.mean())  # rejected but for rounding; not rejected
    if low == high:
        return low
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if _p(d - middle) <= tail else (low, middle)
    return low


def _p(d: Floats) -> float:
    sizes = np.abs(d)
    total = sizes.sum()
    if total == 0:
        return 1.0
    parts = np.rint(sizes * ((PARTS + 16 * len(d)) / total)).astype(np.int64)
    chance = signed_rank_distribution(parts[parts > 0])
    # What is as high but for rounding, which adds up to a third of the root of n, is as high.
    observed = int(parts[d > 0].sum()) - math.ceil(math.sqrt(len(d)))
    return min(1.0, float(chance[max(observed, 0) :].sum()))
