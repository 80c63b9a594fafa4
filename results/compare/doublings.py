"""Comparisons over several tasks by the speed-up over random search, on a log scale of base 2.

A mean over tasks of scores is in points of which each task has its own; a speed-up means the same on all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from results.compare.comparison import Comparison
from results.compare.speedup import LOG_SPEED_UP


def by_speed_up(comparison: Comparison) -> Comparison | None:
    """Return the same comparison by the base-2 logarithm of the speed-up.

    None if no combination has one on every task, as where the random configurations of a task are unknown.
    """
    if comparison.doubled:
        return comparison
    pooled = replace(comparison, metric=LOG_SPEED_UP, mode="max", scored=False, doubled=True)
    return pooled if pooled.combinations else None


def over_tasks(comparison: Comparison) -> Comparison:
    """Return the comparison by what its tasks' mean is of: of several tasks the speed-up, where known."""
    return (by_speed_up(comparison) if len(comparison.tasks) > 1 else None) or comparison


def averaged(comparison: Comparison) -> list[Comparison]:
    """Return the comparisons of which a figure may show means.

    Of one task that by scores itself; of several the one ``by_speed_up``, or, if there is none, each task
    alone by scores.
    """
    pooled = over_tasks(comparison)
    return [pooled] if len(pooled.tasks) == 1 or pooled.doubled else list(comparison.tasks_alone.values())


def factor(doublings: float) -> float:
    """Return the speed-up of which the base-2 logarithm is given."""
    return float(np.exp2(doublings))
