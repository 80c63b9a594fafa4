"""Rankings: the combinations of a comparison by their means, and which of them may be the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from results.compare.nesting import untested, versus
from results.statistics.best import probability_best, task_weights
from results.statistics.planning import smallest_wilcoxon
from results.types import LEVEL

if TYPE_CHECKING:
    from results.compare.comparison import Comparison


def ranking(comparison: Comparison, generator: np.random.Generator) -> pd.DataFrame:
    """Return a row for each combination without gaps, the best mean first.

    Columns: searcher, scheduler, mean (over tasks), probability (to be the best), difference (to the first
    row; its sign says which is higher), low, high (simultaneous limits), possible (may be the best).
    Probability and limits are NaN if a task has one repetition only; limits also of what is nested with the
    first row (``results.compare.nesting``).
    """
    values, tasks, sign = comparison.complete.table.to_numpy(), comparison.complete.tasks, comparison.sign
    apart = untested(comparison.complete.combinations, comparison.nested)
    found = versus(sign * values, tasks, apart, LEVEL)
    limits = np.sort(sign * np.array([found.low, found.high]), axis=0)
    frame = pd.DataFrame(
        {
            "searcher": comparison.complete.table.columns.get_level_values(0),
            "scheduler": comparison.complete.table.columns.get_level_values(1),
            "mean": task_weights(tasks) @ values,
            "probability": probability_best(sign * values, tasks, generator),
            "difference": sign * found.difference,
            "low": limits[0],
            "high": limits[1],
            "possible": found.possible,
        }
    )
    order = frame["mean"].mul(-sign).sort_values(kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def caution(comparison: Comparison) -> str:
    """Return what the number of repetitions cannot support; empty if there is nothing to say."""
    fewest, blocks = min(comparison.complete.counts), len(comparison.complete.table)
    combinations = comparison.complete.table.shape[1]
    if combinations < 2:
        return ""
    if fewest < 2:
        return "CAUTION: a task has one repetition only, so nothing can be said about chance"
    needed = smallest_wilcoxon(min(2 * (1 - LEVEL) / (combinations - 1), 1 - LEVEL))
    if blocks >= needed:
        return ""
    two = smallest_wilcoxon(1 - LEVEL)
    return (
        f"CAUTION: {blocks} repetitions in all; a rank test of {combinations} combinations can find a "
        f"difference at the 5 % level from {needed} on, of two from {two} on.  What is said to be worse "
        "rests on the assumption that differences are normal, and P(best) is coarse"
    )
