"""Recommendation as plain data and as a data frame."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from results.compare.comparison import Comparison
from results.compare.ranking import has_order
from results.recommend.configurations import Cost, configurations, costs
from results.recommend.notes import Usage, notes_of

_COLUMNS = [
    *("searcher", "scheduler", "mean", "expected", "probability", "difference", "low", "high", "possible"),
    *Cost._fields,
]


def as_data(comparison: Comparison, usage: Usage | None = None) -> dict[str, Any]:
    """Return the same as plain data; what is not finite is None."""
    rows = as_frame(comparison)
    combinations: list[dict[str, Any]] = json.loads(
        rows[_COLUMNS].to_json(orient="records", double_precision=15)
    )
    records = json.loads(comparison.headline.to_json(orient="records", double_precision=15))
    headlines = {(record.pop("searcher"), record.pop("scheduler")): record for record in records}
    for row in combinations:
        pair = (row["searcher"], row["scheduler"])
        row["configurations"] = [chosen._asdict() for chosen in configurations(comparison, pair)]
        row["headline"] = headlines.get(pair)
    if usage and has_order(rows):
        first = combinations[0]
        first["python"] = usage(comparison, (first["searcher"], first["scheduler"]))
    return {
        "engine": comparison.settings["engine"],
        "device": comparison.settings["device"],
        "tasks": comparison.complete.task_names,
        "metric": comparison.metric,
        "scored": comparison.scored,
        "budget": comparison.budget.text,
        "repetitions": [min(comparison.complete.counts), max(comparison.complete.counts)],
        "notes": notes_of(comparison),
        "combinations": combinations,
    }


def as_frame(comparison: Comparison) -> pd.DataFrame:
    """Return the same as one table."""
    settings = {
        "engine": comparison.settings["engine"],
        "device": comparison.settings["device"],
        "tasks": " ".join(comparison.complete.task_names),
    }
    values: dict[str, Any] = {
        "metric": comparison.metric,
        "scored": comparison.scored,
        "budget": comparison.budget.text,
    }
    spent, rows = costs(comparison), comparison.ranking
    pairs = list(zip(rows["searcher"], rows["scheduler"], strict=True))
    cost = pd.DataFrame([spent.get(pair, Cost()) for pair in pairs], columns=list(Cost._fields))
    joined = rows.join(cost).merge(comparison.headline, on=["searcher", "scheduler"], how="left")
    return joined.assign(**settings, **values)
