"""Pareto fronts: points that no other point dominates in cost and value."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def front(cost: ArrayLike, value: ArrayLike) -> NDArray[np.intp]:
    """Return the points that no other one dominates: no more expensive, at least as good, and better in one.

    Args:
        cost: shape (points,), lower is better; finite.
        value: shape (points,), higher is better; finite.

    Returns:
        Indices, ascending in cost; of equal points all.
    """
    costs, good = np.asarray(cost, dtype=np.float64), np.asarray(value, dtype=np.float64)
    order = np.lexsort([-good, costs])
    reached = np.maximum.accumulate(np.append(-np.inf, good[order][:-1]))
    before = np.append(np.nan, costs[order][:-1])
    same = (good[order] == reached) & (costs[order] == before)
    better = good[order] > reached
    for place in range(1, len(order)):  # an equal of one that is kept is kept
        better[place] |= same[place] and better[place - 1]
    return order[better]
