"""Cells of the report's grid: each combination with its mean and interval, or the reasons why it has none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.compare.comparison import Comparison
from results.statistics.stratified import Means
from results.store.parts import Combination


class GridCell(NamedTuple):
    """One combination.

    Attributes:
        mean, low, high: over tasks and repetitions, with the 95 % t-interval; NaN where there is none.
        n: the fewest results on any task; 0 if it has no mean.
        asked: experiments, of any status.
        reasons: status and reason of each way in which an experiment of it failed.
    """

    mean: float
    low: float
    high: float
    n: int
    asked: int
    reasons: tuple[str, ...]


def cells(comparison: Comparison) -> dict[Combination, GridCell]:
    """Return each combination that was asked for."""
    known = np.isfinite(comparison.cube(comparison.outcomes["value"].to_numpy())).sum(axis=0)
    counts = known.min(axis=0).tolist() if known.size else []
    fewest = dict(zip(comparison.combinations, counts, strict=True)) if known.size else {}
    asked = comparison.experiments.groupby(["label", "scheduler"]).size()
    unknown = Means(*(np.array(np.nan),) * 3)
    grid = {}
    for names, many in zip(asked.index.to_list(), asked.to_list(), strict=True):
        pair = (str(names[0]), str(names[1]))
        mean, low, high = (float(value) for value in comparison.means.get(pair, unknown))
        grid[pair] = GridCell(mean, low, high, fewest.get(pair, 0), many, comparison.why_not(*pair))
    return grid
