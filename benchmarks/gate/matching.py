"""Matching of the experiments of two sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

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


class Planned(NamedTuple):
    """The experiments that two sides have in common.

    Attributes:
        experiments: one row each, with ``SETTING`` and "turn": 0, 1, 2, ... for the repetitions of each cell.
        notes: a sentence each on repetitions that are left out.
        untested: a sentence each on combinations of which nothing is compared: no pass without them.
    """

    experiments: pd.DataFrame
    notes: list[str]
    untested: list[str]


def planned(baseline: Side, candidate: Side, globs: Mapping[str, Sequence[str]]) -> Planned:
    """Return the experiments that both sides have or can run, and what is left out.

    Raises:
        Misuse: if neither side has been run, or ``globs`` name nothing that was.
        ResultsError: if the sides have nothing in common that can be compared.
    """
    first, second = baseline.template, candidate.template
    if first is None and second is None:
        raise Misuse("baseline and candidate are both 'current'; one of them must have been run before")
    known = first if first is not None else second
    assert known is not None
    known = _named(known[~known["status"].isin(_NOT_RUN)], globs)
    ok = known[known["status"] == "ok"]
    scored = ok[np.isfinite(ok["baseline"]) & np.isfinite(ok["optimum"])]
    notes, untested = list[str](), list[str]()
    side = (baseline if first is not None else candidate).name
    if unknown := sorted(set(ok["trainable"]) - set(scored["trainable"])):
        untested.append(f"{', '.join(unknown)}: not compared, as baseline and optimum are unknown")
    if never := _cells_without(known, ok):
        untested.append(f"{_named_cells(never)}: not compared, no experiment of {side} is ok")
    if len(ok) < len(known):
        notes.append(f"{len(known) - len(ok)} of {len(known)} experiments of {side} are not ok")
    plan = scored[SETTING]
    if first is not None and second is not None:
        common = plan.merge(second[SETTING], on=SETTING)
        if len(common) < len(plan):
            notes.append(f"{len(plan) - len(common)} of {len(plan)} experiments are not in {candidate.name}")
        if absent := _cells_without(plan, common):
            untested.append(f"{_named_cells(absent)}: not compared, {candidate.name} has no such repetition")
        plan = common
    if plan.empty:
        raise ResultsError(
            f"{baseline.name} and {candidate.name} have no scored experiment in common; compare "
            "runs of the same trainables, combinations, budget and repetitions"
        )
    _check_settings(plan)
    turn = plan.groupby(CELL)["repetition"].rank(method="dense").astype(int) - 1
    return Planned(plan.assign(turn=turn), notes, untested)


def _named(rows: pd.DataFrame, globs: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return the rows that the globs name.

    Raises:
        Misuse: if one of them names none.
    """
    for column, patterns in globs.items():
        chosen = rows[column].map(lambda name, p=tuple(patterns): any(fnmatchcase(name, one) for one in p))
        if not chosen.any():
            names = ", ".join(sorted(rows[column].unique()))
            raise Misuse(
                f"{' '.join(patterns)} matches no {column} of the stored side; it has {names or 'none'}"
            )
        rows = rows[chosen]
    return rows


def _cells_without(rows: pd.DataFrame, others: pd.DataFrame) -> list[str]:
    """Return the names of the cells that have rows among the first alone."""
    there = set(others[CELL].itertuples(index=False, name=None))
    return [cell_name(cell) for cell in _cells(rows) if cell not in there]


def _cells(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return sorted(set(rows[CELL].itertuples(index=False, name=None)))


def _named_cells(names: Sequence[str], most: int = 3) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - most} more combinations" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _check_settings(plan: pd.DataFrame) -> None:
    twice = plan[plan.duplicated([*CELL, "repetition"])]
    if len(twice):
        cell = cell_name(twice.iloc[0][CELL].tolist())
        raise ResultsError(f"{cell} was run with several budgets or settings; keep them in separate runs")


def both_ok(one: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, list[BrokenCell], list[str]]:
    """Return the pairs that are ok on both sides, the broken cells, and a line on cells that are not tested.

    A trainable that is not the same on both sides is not compared: its tuning may have become easier or
    harder by itself.  Where a side is older than versions, they count as the same.
    """
    both = pair(one, other)
    both, changed = _of_one_version(both)
    unable = changed + _not_ok_before(both)
    both = both[both["status_b"] == "ok"]
    bad = both[both["status_c"] != "ok"]
    broken = list[BrokenCell]()
    for (*cell, status), rows in bad.groupby([*CELL, "status_c"]):
        reason = reason_line(rows["reason_c"].iloc[0])
        if status in _NOT_RUN:
            unable.append(f"{cell_name(cell)}: not compared, {status}: {reason}")
        else:
            broken.append(BrokenCell(cell_name(cell), str(status), reason, len(rows)))
    ok_rows: pd.DataFrame = both[both["status_c"] == "ok"]
    return ok_rows.reset_index(drop=True), broken, unable


def without_pair(cells: pd.DataFrame, one: pd.DataFrame, other: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the cells of which no experiment is on both sides, whatever became of it."""
    there = set(one[SETTING].merge(other[SETTING], on=SETTING)[CELL].itertuples(index=False, name=None))
    return [cell for cell in _cells(cells) if cell not in there]


def _not_ok_before(both: pd.DataFrame) -> list[str]:
    """Return a line on each cell that the baseline does not run, as one that runs now may not."""
    lines = []
    for (*cell, status), rows in both[both["status_b"] != "ok"].groupby([*CELL, "status_b"]):
        reason = reason_line(rows["reason_b"].iloc[0])
        count = f"{len(rows)} repetition{'s' * (len(rows) != 1)}"
        lines.append(f"{cell_name(cell)}: not compared in {count}, the baseline is {status}: {reason}")
    return lines


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
