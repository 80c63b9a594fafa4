"""The ends of trials: which came after the last result, and how many came before each result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from results.compare.result_rows import LAST, Rows, experiments_of
from results.types import Axis, Floats

#: Of each experiment, the trials whose last result was not their end, and when they ended, on the clock.
LateEnds = Mapping[str, Mapping[str, float]]

#: What of the trials table ``late_ends`` reads.
OF_TRIALS = ("key", "trial_id", "decision", "epochs", "started", "ended")
#: What of the results table ``places`` reads.
OF_RESULTS = ("key", "seq", "clock", "trial_id")


def late_ends(tables: Iterable[pa.Table]) -> LateEnds:
    """Return the ends of trials that came after their last result: failed, cut, or without any result.

    Args:
        tables: rows of the trials table with the columns ``OF_TRIALS``; one that lacks any has none.
    """
    ends: dict[str, dict[str, float]] = {}
    for table in tables:
        if not set(OF_TRIALS) <= set(table.column_names):
            continue
        decision = table.column("decision").cast(pa.string())
        late = pc.is_in(decision, pa.array(["failed", "cut"]))
        silent = pc.and_(pc.equal(table.column("epochs"), 0), pc.is_valid(table.column("started")))
        late_rows = table.filter(pc.fill_null(pc.or_kleene(late, silent), False))
        columns = (late_rows.column(name).to_pylist() for name in ("key", "trial_id", "ended"))
        for key, trial, ended in zip(*columns, strict=True):
            ends.setdefault(key, {})[trial] = np.inf if ended is None else float(ended)
    return ends


def places(tables: Iterable[pa.Table], axis: Axis, late: LateEnds) -> dict[str, Floats]:
    """Return where the results of each experiment stand on the clock, or among ended trials; ascending.

    Args:
        tables: rows of the results table with the columns ``OF_RESULTS``.
        axis: "clock" or "trials".
        late: see ``late_ends``; for the axis "trials" only.
    """
    return {
        key: np.sort(trials_ended(rows, names, late.get(key, {})) if axis == "trials" else rows["clock"])
        for table in tables
        for key, rows, names in experiments_of(table)
    }


def trials_ended(rows: Rows, names: Mapping[str, int], ends: Mapping[str, float]) -> Floats:
    """Return for each result of one experiment which trial's end it comes before, or with, counted from 1.

    Args:
        rows, names: as ``experiments_of`` yields them.
        ends: the trials that end after their last result, and when.
    """
    late = {names.get(trial, -1 - place): end for place, (trial, end) in enumerate(ends.items())}
    last = rows[LAST]
    if late:
        last = last & ~np.isin(rows["trial_id"], list(late))
    before = np.cumsum(last) - last
    if late:
        before = before + np.searchsorted(np.sort(list(late.values())), rows["clock"], side="left")
    return before.astype(np.float64) + 1
