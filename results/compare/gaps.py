"""Tables without gaps, for ranks and paired tests, with notes on what that leaves out."""

from __future__ import annotations

from typing import Any

import pandas as pd

#: What identifies a value of such a table: the row, and the column.
BLOCK = ["trainable", "repetition"]
COMBINATION = ["label", "scheduler"]


def without_gaps(frame: pd.DataFrame, values: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the ``values``, a column, without gaps, and notes on what that leaves out.

    A repetition counts if half of the combinations or more have it, a combination if it has all of those.

    Args:
        frame: one row an experiment, with the columns of ``BLOCK`` and ``COMBINATION``.

    Returns:
        (trainable, repetition) x (searcher, scheduler), the searchers by their labels.
    """
    table = frame.pivot(index=BLOCK, columns=COMBINATION, values=values).astype(float)
    rows = table.notna().mean(axis="columns") >= 0.5
    whole = table[rows].notna().all()
    notes = []
    if not rows.all():
        few = int((~rows).sum())
        notes.append(f"{few} of {len(rows)} repetitions are left out: most combinations lack them")
    if not whole.all():
        lost = [" x ".join(map(str, pair)) for pair in table.columns[~whole]]
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        why = "as a repetition of a task failed, is missing or had no result yet"
        notes.append(f"left out, {why}: {', '.join(lost[:5])}{more}")
    remaining: Any = table.loc[rows, whole]
    return remaining.rename_axis(columns=["searcher", "scheduler"]), notes
