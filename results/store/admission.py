"""Admission of rows: an experiment whose rows cannot be stored becomes a failed row that says why.

So one experiment's odd value, whatever it is, costs no other one its rows.
"""

from __future__ import annotations

from collections.abc import Sequence

from results.errors import first_line
from results.store.batches import tables_of
from results.store.rows import Row
from results.store.schema import EXPERIMENTS

LONGEST = 300  # of a reason that is made here, characters
_NAMES = list(EXPERIMENTS)
#: What a failed row keeps of the experiment's own: what it was, and where.
_KEPT = (*_NAMES[: _NAMES.index("status")], "metric", "mode", "started_at", "environment")


def admitted(
    experiment: Row, trials: Sequence[Row], results: Sequence[Row]
) -> tuple[Row, Sequence[Row], Sequence[Row]]:
    """Return rows of one experiment that ``Store.write`` takes.

    They are these, with all in a reason replaced that is not text; or, if any of them cannot be stored, one
    row of the experiment with the status "failed", the reason, and no trial and no result.

    Args:
        experiment: its row; the key must be one that can be stored.
        trials, results: its own, as ``Store.write`` takes them.
    """
    experiment, trials = _legible(experiment), [_legible(row) for row in trials]
    why = why_refused(experiment, trials, results)
    return (experiment, trials, results) if why is None else (failed(experiment, why), [], [])


def why_refused(experiment: Row, trials: Sequence[Row], results: Sequence[Row]) -> str | None:
    """Return in one line why the rows of an experiment cannot be stored, None if they can."""
    try:
        tables_of([experiment], trials, results)
    except Exception as error:  # noqa: BLE001 - whatever a stranger's object does when it is looked at
        return plain_text(f"its rows cannot be stored: {first_line(error)}")[:LONGEST]
    return None


def failed(experiment: Row, reason: str) -> Row:
    """Return a failed row of an experiment, with what can be stored of what it was."""
    row = {"key": experiment["key"], "status": "failed", "reason": reason}
    for column in _KEPT:
        if column in experiment and why_refused(row | {column: experiment[column]}, [], []) is None:
            row[column] = experiment[column]
    return row


def plain_text(text: str) -> str:
    """Return a text with what UTF-8 cannot hold, lone surrogates, as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def _legible(row: Row) -> Row:
    reason = row.get("reason")
    return {**row, "reason": plain_text(reason)} if isinstance(reason, str) else row
