"""Prices of the page's answers (epochs, time, money), best configurations, and lines of Python."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from results.compare.comparison import Comparison
from results.compare.expenses import prices_of
from results.recommend.configurations import Cost, costs, every_configuration
from results.recommend.notes import Usage
from results.report.numbers import numbers
from results.store.parts import Combination

#: Combinations whose lines of Python a page has, at most, of a comparison: the first in rank.
PYTHON = 60


def spent(comparison: Comparison, indices: dict[Combination, int]) -> dict[str, Any]:
    """Return epochs, seconds of the engine's clock and money of a whole experiment, by combination.

    Returns:
        "rows": a list for each combination, or None; "currency" of the money, None if there are no prices.
    """
    known = costs(comparison)
    prices = prices_of(comparison.run.folders.values())
    rows: list[list[float | None] | None] = [None] * len(indices)
    for pair, index in indices.items():
        cost = known.get(pair, Cost())
        money = prices.of(cost.cpu_hours, np.nan_to_num(cost.gpu_hours)) if prices else np.nan
        rows[index] = numbers([cost.epochs, cost.clock, money]) if pair in known else None
    return {"rows": rows, "currency": prices.currency if prices else None}


def found(comparison: Comparison, indices: dict[Combination, int]) -> list[list[Any]]:
    """Return combination, task, metric, value, repetition and configuration (JSON) of the best ones."""
    return [
        [
            indices[pair],
            one.task,
            one.metric,
            *numbers([one.value]),
            one.repetition,
            json.dumps(one.config, sort_keys=True),
        ]
        for pair, every in every_configuration(comparison).items()
        for one in every
        if pair in indices
    ]


def python(
    comparison: Comparison, indices: dict[Combination, int], usage: Usage | None
) -> dict[int, dict[str, str]]:
    """Return the lines of Python that use a combination, by its index; of the first in rank, or by name."""
    if usage is None or not comparison.complete.table.size:
        return {}
    rows = comparison.ranking.head(PYTHON)
    pairs = zip(rows["searcher"].astype(str), rows["scheduler"].astype(str), strict=True)
    return {indices[pair]: dict(usage(comparison, pair)) for pair in pairs if pair in indices}
