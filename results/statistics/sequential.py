"""Sequential tests: several looks at many hypotheses at a given rate of false alarms.

A hypothesis that is tested at level a is tested at look k at a share of it, a * s_k, where the shares add up
to 1 (alpha spending: Lan and DeMets, Biometrika 1983).  The shares grow with n as those of the power family
do (Kim and DeMets, Biometrika 1987; Jennison and Turnbull, *Group sequential methods*, section 7.2), s_k
being proportional to the increase of n^2: little is spent early and most at the end.  That they add up to 1
bounds the error whatever the looks have to do with each other (Bonferroni; Slud and Wei 1982), so nothing
need be normal; the price against boundaries for normal data is less than 15 % of the level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from results.types import Floats

POWER = 2.0


def spending(stages: Sequence[int], power: float = POWER) -> Floats:
    """Return the share of the level that each look may use, shape (looks,); they add up to 1.

    Args:
        stages: repetitions at each look, ascending, above 0; the last is the cap.
        power: of n; the higher, the less is spent early.

    Raises:
        ValueError: if the stages do not ascend from above 0.
    """
    n = np.asarray(stages, dtype=np.float64)
    if n.ndim != 1 or not n.size or n[0] <= 0 or (np.diff(n) <= 0).any():
        raise ValueError(f"stages {list(stages)}; expected ascending numbers of repetitions, above 0")
    spent = (n / n[-1]) ** power
    return np.diff(spent, prepend=0.0)


def repeated_p(p_values: ArrayLike, shares: ArrayLike) -> Floats:
    """Return the p-value after each look that is valid whenever one stops: shape (looks, ...).

    It is the smallest level at which any look so far rejects: min over j <= k of p_j / s_j, at most 1
    (repeated p-values: Jennison and Turnbull, section 9.2).

    Args:
        p_values: shape (looks, ...), each valid for its look alone.
        shares: shape (looks,) or more, of ``spending``.
    """
    p = np.asarray(p_values, dtype=np.float64)
    s = np.asarray(shares, dtype=np.float64)[: len(p)].reshape(-1, *[1] * (p.ndim - 1))
    repeated: Floats = np.minimum(np.minimum.accumulate(p / s, axis=0), 1.0)
    return repeated


def weighted_holm(p_values: ArrayLike, weights: ArrayLike) -> Floats:
    """Return p-values adjusted by Holm's test with weights: those up to a are rejected at the joint level a.

    The probability of one false rejection or more is at most a, whatever the hypotheses have to do with each
    other (Holm 1979, section 4).  A hypothesis with a larger weight is easier to reject; with equal weights
    it is the well-known test.

    Args:
        p_values: shape (hypotheses,).
        weights: shape (hypotheses,), above 0; only their ratios count.

    Raises:
        ValueError: if the shapes differ or a weight is not above 0.
    """
    p, w = np.asarray(p_values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if p.shape != w.shape or p.ndim != 1 or (w <= 0).any():
        raise ValueError(f"{p.shape} p-values, {w.shape} weights; expected as many of both, weights above 0")
    order = np.argsort(p / w, kind="stable")
    left = np.cumsum(w[order][::-1])[::-1]  # of the hypotheses that are not rejected yet
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(left * p[order] / w[order]), 1.0)
    return adjusted
