"""Matching of the experiments of two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from benchmarks.suite.misuse import Misuse
from results.compare.reasons import reason_line
from results.errors import ResultsError
from results.gate.family import cell_name
from results.gate.pairs import pair
from results.gate.report import BrokenCell
from results.gate.sides import CELL, SETTING, Side

#: Statuses of a candidate that say nothing about tuning: it could not be run here.
_NOT_RUN = ("unavailable", "incompatible")


def planned(
    baseline: Side, candidate: Side, globs: Mapping[str, Sequence[str]]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the experiments that both sides have or can run, and notes on what is left out.

    Returns:
        One row an experiment with ``SETTING`` and "turn": 0, 1, 2, ... for the repetitions of each cell.

    Raises:
        Misuse: if neither side has been run, or ``globs`` name nothing that was.
        ResultsError: if the sides have nothing in common that can be compared.
    """
    first, second = baseline.template, candidate.template
    if first is None and second is None:
        raise Misuse("baseline and candidate are both 'current'; one of them must have been run before")
    known = first if first is not None else second
    assert known is not None
    ok = known[known["status"] == "ok"]
    scored = ok[np.isfinite(ok["baseline"]) & np.isfinite(ok["optimum"])]
    notes = []
    if unknown := sorted(set(ok["trainable"]) - set(scored["trainable"])):
        notes.append(f"{', '.join(unknown)}: not compared, as baseline and optimum are unknown")
    plan = scored[SETTING]
    for column, patterns in globs.items():
        chosen = plan[column].map(lambda name, p=tuple(patterns): any(fnmatchcase(name, one) for one in p))
        if not chosen.any():
            names = ", ".join(sorted(plan[column].unique()))
            raise Misuse(
                f"{' '.join(patterns)} matches no {column} of the stored side; it has {names or 'none'}"
            )
        plan = plan[chosen]
    if first is not None and second is not None:
        common = plan.merge(second[SETTING], on=SETTING)
        if len(common) < len(plan):
            notes.append(f"{len(plan) - len(common)} of {len(plan)} experiments are not in {candidate.name}")
        plan = common
    if plan.empty:
        raise ResultsError(
            f"{baseline.name} and {candidate.name} have no scored experiment in common; compare "
            "runs of the same trainables, combinations, budget and repetitions"
        )
    _check_settings(plan)
    turn = plan.groupby(CELL)["repetition"].rank(method="dense").astype(int) - 1
    return plan.assign(turn=turn), notes


def _check_settings(plan: pd.DataFrame) -> None:
    twice = plan[plan.duplicated([*CELL, "repetition"])]
    if len(twice):
        cell = cell_name(twice.iloc[0][CELL].tolist())
        raise ResultsError(f"{cell} was run with several budgets or settings; keep them in separate runs")


def both_ok(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, list[BrokenCell], list[str]]:
    """Return the pairs that are ok on both sides, the broken cells, and a line on pairs that are left out.

    A trainable that is not the same on both sides is not compared: its tuning may have become easier or
    harder by itself.  Where a side is older than versions, they count as the same.
    """
    both = pair(one, other)
    both = both[both["status_b"] == "ok"]
    both, changed = _of_one_version(both)
    bad = both[both["status_c"] != "ok"]
    broken, unable = list[BrokenCell](), changed
    for (*cell, status), rows in bad.groupby([*CELL, "status_c"]):
        reason = reason_line(rows["reason_c"].iloc[0])
        if status in _NOT_RUN:
            unable.append(f"{cell_name(cell)}: not compared, {status}: {reason}")
        else:
            broken.append(BrokenCell(cell_name(cell), str(status), reason, len(rows)))
    ok_rows: pd.DataFrame = both[both["status_c"] == "ok"]
    return ok_rows.reset_index(drop=True), broken, unable


def _of_one_version(both: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return the pairs whose trainables are the same, as far as is known, and a line on each that is not."""
    was, now = both["trainable_version_b"], both["trainable_version_c"]
    differ = was.notna() & now.notna() & (was != now)
    lines = [
        f"{name}: not compared, the trainable has changed since the baseline "
        f"(version {was[rows.index[0]]} -> {now[rows.index[0]]}); record the baseline again"
        for name, rows in both[differ].groupby("trainable")
    ]
    same: pd.DataFrame = both[~differ]
    return same, lines
