"""The headline of ranked combinations as lines of text: speed-up, regret, failures, and the test metric."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.headline import limits_in_words
from results.numerals import significant


def headline_table(comparison: Comparison, rows: pd.DataFrame) -> list[str]:
    """Return a table of the headline of each combination in ``rows``, in their order; empty if none has one.

    Of one task also the metric as validated and on the test examples, in its own unit.
    """
    frame = comparison.headline.set_index(["searcher", "scheduler"])
    pairs = [pair for pair in zip(rows["searcher"], rows["scheduler"], strict=True) if pair in frame.index]
    if not pairs:
        return []
    tested = "test" in frame and bool(np.isfinite(frame["test"].to_numpy(dtype=float)).any())
    head = f"  {'speed-up':<22}  {'regret':<17}  {'failures':>9}"
    head += f"  {'validated':>9}  {'test':>9}" if tested else ""
    lines = [f"{head}  beside random search"]
    return lines + [_line(frame.loc[pair], tested, " x ".join(pair)) for pair in pairs]


def _line(row: Any, tested: bool, name: str) -> str:
    least = ">= " if row["lower_bounds"] else ""
    speed_up, regret = (
        significant(row[one], 2) + limits_in_words(row[f"{one}_low"], row[f"{one}_high"])
        for one in ("speed_up", "regret")
    )
    failures = f"{int(row['failures'])} of {int(row['runs'])}"
    values = f"  {significant(row['validated']):>9}  {significant(row['test']):>9}" if tested else ""
    return f"  {least + speed_up:<22}  {regret:<17}  {failures:>9}{values}  {name}"
