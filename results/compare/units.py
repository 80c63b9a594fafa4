"""Differences of a task's metric in units that a person knows: the metric's own, and validation examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from results.numerals import significant

if TYPE_CHECKING:
    from results.compare.comparison import Comparison


def examples_val(experiments: pd.DataFrame) -> int | None:
    """Return the number of validation examples of which the metric is a share; None if unknown."""
    if "examples_val" not in experiments:  # made before the column
        return None
    known = experiments["examples_val"].dropna().unique()
    return int(known[0]) if len(known) == 1 else None


def metric_of(comparison: Comparison) -> str:
    """Return the name of the task's metric; empty over several tasks."""
    several = len(comparison.tasks) > 1
    return "" if several else str(comparison.experiments["metric"].dropna().iloc[0])


def difference_in_words(experiments: pd.DataFrame, difference: float) -> str:
    """Return a difference of one task's metric in words, as ``0.0056 val_accuracy (2 validation examples)``.

    Args:
        experiments: of one task.
        difference: in units of its metric; its sign is kept.
    """
    metric = str(experiments["metric"].dropna().iloc[0])
    words = f"{significant(difference, 2)} {metric}"
    many = examples_val(experiments)
    if many is None:
        return words
    count = significant(round(abs(difference) * many, 1), 2)
    return f"{words} ({count} validation example{'s' * (count != '1')})"


def example_in_words(comparison: Comparison) -> str:
    """Return what one validation example is in the metric and in points of the score, a sentence.

    It begins with a blank, for captions; empty over several tasks, or where the number is unknown.
    """
    rows = comparison.experiments
    many = examples_val(rows) if len(comparison.tasks) == 1 else None
    if many is None:
        return ""
    metric, one = metric_of(comparison), 1 / many
    known = rows[["baseline", "optimum"]].dropna()
    points = ""
    if len(known):
        width = abs(float(known["optimum"].iloc[0]) - float(known["baseline"].iloc[0]))
        points = f" or {significant(100 * one / width, 2)} points of the score"
    return f" One of {many} validation examples is {significant(one, 2)} {metric}{points}."
