"""Differences of a task's metric in units that a person knows: the metric's own, and validation examples."""

from __future__ import annotations

import math
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
    examples = examples_in_words(experiments, difference)
    return f"{significant(difference, 2)} {metric}" + (f" ({examples})" if examples else "")


def examples_in_words(experiments: pd.DataFrame, difference: float) -> str:
    """Return how many validation examples a difference of one task's metric is; empty if unknown."""
    many = examples_val(experiments)
    if many is None:
        return ""
    count = significant(round(abs(difference) * many, 1), 2)
    return f"{count} validation example{'s' * (count != '1')}"


def point(experiments: pd.DataFrame) -> float:
    """Return one point of one task's score in the unit of its metric; NaN if that is unknown."""
    constants = experiments[["baseline", "optimum"]].astype(float).dropna().drop_duplicates()
    if len(constants) != 1:
        return math.nan
    return abs(float(constants["optimum"].iloc[0] - constants["baseline"].iloc[0])) / 100


def unit_in_words(comparison: Comparison) -> str:
    """Return what a point of the score and a validation example are in the metric, as sentences.

    They begin with a blank, for captions; empty over several tasks.  What is unknown is left out.
    """
    if len(comparison.tasks) > 1:
        return ""
    rows, metric = comparison.experiments, metric_of(comparison)
    many, one = examples_val(rows), point(rows)
    known = math.isfinite(one) and one > 0
    said = f" One point of the score is {significant(one, 2)} {metric}." if known else ""
    if many is None:
        return said
    points = f" or {significant(1 / many / one, 2)} points" if known else ""
    return f"{said} One of {many} validation examples is {significant(1 / many, 2)} {metric}{points}."
