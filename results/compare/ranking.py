"""Rankings: the combinations of a comparison by their expected worth, and which of them may be the best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.compare.nesting import untested, versus
from results.compare.repeating import advice
from results.numerals import ROUNDING
from results.statistics.best import task_weights
from results.statistics.planning import smallest_wilcoxon
from results.statistics.worth import recommended_order, worths
from results.types import LEVEL, Floats

if TYPE_CHECKING:
    from results.compare.comparison import Comparison


def ranking(comparison: Comparison) -> pd.DataFrame:
    """Return a row for each combination without gaps, the one to recommend first.

    The order is that of the expected worth (``results.statistics.worth``), but no better than the mean: a
    lead of what scatters much counts for less, and a bad mean is not excused by it.  The first is never less
    probable to be the best than one drawn by lot.  If a task has one repetition only there is no order: the
    rows are sorted by name, and all but the mean is unknown.

    Columns: searcher, scheduler, rank (from 1; equal ones share it, and it is 0 without an order), mean (over
    tasks), expected (worth), probability (to be the best), difference (of the mean to that of the first row;
    its sign says which is higher), low, high (simultaneous limits), possible (may be the best).  Limits are
    NaN too of what is nested with the first row (``results.compare.nesting``).
    """
    values, tasks, sign = comparison.complete.table.to_numpy(), comparison.complete.tasks, comparison.sign
    worth = worths(sign * values, tasks)
    known = np.isfinite(worth.expected).all()
    means = task_weights(tasks) @ values
    sure = np.minimum(worth.expected, sign * means)
    order = recommended_order(sure, worth.probability) if known else np.arange(values.shape[1])
    apart = untested(comparison.complete.combinations, comparison.nested)
    found = versus(sign * values, tasks, apart, LEVEL, int(order[0]))
    limits = np.sort(sign * np.array([found.low, found.high]), axis=0)
    unknown = np.full(values.shape[1], np.nan)
    frame = pd.DataFrame(
        {
            "searcher": comparison.complete.table.columns.get_level_values(0),
            "scheduler": comparison.complete.table.columns.get_level_values(1),
            "mean": means,
            "expected": sign * worth.expected,
            "probability": worth.probability,
            "difference": sign * found.difference if known else unknown,
            "low": limits[0] if known else unknown,
            "high": limits[1] if known else unknown,
            "possible": found.possible if known else np.ones(values.shape[1], dtype=bool),
        }
    )
    ranked = frame.iloc[order].reset_index(drop=True)
    ranked.insert(2, "rank", _shared_ranks(ranked[["mean", "expected"]].to_numpy()) if known else 0)
    return ranked


def _shared_ranks(values: Floats) -> NDArray[np.intp]:
    """Return the rank of each row, from 1: rows that equal the one above them, but for rounding, share its.

    Args:
        values: shape (rows, columns), in the order of the ranking.
    """
    size = ROUNDING * np.abs(values).max(initial=0.0)
    differs = (np.abs(np.diff(values, axis=0)) > size).any(axis=1)
    first = np.concatenate([[True], differs])
    ranks: NDArray[np.intp] = np.maximum.accumulate(np.where(first, np.arange(1, len(values) + 1), 0))
    return ranks


def has_order(ranked: pd.DataFrame) -> bool:
    """Return whether a ranking says which combination comes first."""
    return bool(np.isfinite(ranked["probability"]).all())


def another_first(ranked: pd.DataFrame) -> str:
    """Return a note if another combination than the first is the most probable best one; else empty."""
    place = int(ranked["probability"].to_numpy().argmax()) if has_order(ranked) else 0
    if place == 0:
        return ""
    most = ranked.iloc[place]
    return (
        f"{most['searcher']} x {most['scheduler']} is more often the best one than the first, but scatters "
        "more, so that less is expected of it"
    )


def single(comparison: Comparison) -> str:
    """Return that no best combination is named if a task has one repetition only, and how to repeat it."""
    if comparison.complete.table.shape[1] < 2 or min(comparison.complete.counts) > 1:
        return ""
    how = advice(comparison.run.experiments, comparison.run.folders)
    return f"No best combination is named, as a task has one repetition only.  {how}"


def caution(comparison: Comparison) -> str:
    """Return what the number of repetitions cannot support; empty if there is nothing to say."""
    blocks = len(comparison.complete.table)
    combinations = comparison.complete.table.shape[1]
    if combinations < 2:
        return ""
    if alone := single(comparison):
        return alone
    needed = smallest_wilcoxon(min(2 * (1 - LEVEL) / (combinations - 1), 1 - LEVEL))
    if blocks >= needed:
        return ""
    two = smallest_wilcoxon(1 - LEVEL)
    return (
        f"CAUTION: {blocks} repetitions in all; a rank test of {combinations} combinations can find a "
        f"difference at the 5 % level from {needed} on, of two from {two} on.  What is said to be worse "
        "rests on the assumption that differences are normal"
    )
