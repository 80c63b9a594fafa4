"""Comparisons over several tasks by the speed-up over random search, on a log scale of base 2.

A mean over tasks of scores is in points of which each task has its own; a speed-up means the same on all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from results.compare.comparison import Comparison

#: What the values are called, and how captions explain them.
NAME = "log2 speed-up"
EXPLAINED = f"{NAME} over random search (1 = twice as fast, 0 = as fast)"


def by_speed_up(comparison: Comparison) -> Comparison | None:
    """Return the same comparison by the base-2 logarithm of the speed-up.

    None if no combination has one on every task, as where the random configurations of a task are unknown.
    """
    found = replace(comparison, metric=NAME, mode="max", scored=False, doubled=True)
    return found if found.combinations else None


def averaged(comparison: Comparison) -> list[Comparison]:
    """Return the comparisons of which a figure may show means.

    Of one task that by scores itself; of several the one ``by_speed_up``, or, if there is none, each task
    alone by scores.
    """
    if len(comparison.tasks) == 1:
        return [comparison]
    found = by_speed_up(comparison)
    return [found] if found else list(comparison.tasks_alone.values())


def factor(doublings: float) -> float:
    """Return the speed-up of which the base-2 logarithm is given."""
    return float(np.exp2(doublings))
