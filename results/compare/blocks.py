"""Complete blocks: values of all combinations in the same repetitions, for ranks and paired tests."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.store.parts import Combination
from results.types import Floats

#: What identifies a block, and what identifies a value in it.
BLOCK = ["trainable", "repetition"]
COMBINATION = ["label", "scheduler"]
#: What an experiment may have come to though it was run.
FAILURES = ("failed", "timeout", "stalled", "lost")
_NAMES = ["searcher", "scheduler"]
_FAILED = "as failures would cost more than half of the repetitions"
_FEW = "as too few repetitions would be left for all others"


class CompleteBlocks(NamedTuple):
    """Values without gaps.

    Attributes:
        table: blocks x combinations, that is (trainable, repetition) x (searcher, scheduler), finite; the
            searchers by their labels.
        notes: one on each thing that it leaves out.
    """

    table: pd.DataFrame
    notes: list[str]

    @property
    def tasks(self) -> list[str]:
        """The task of each block."""
        return [str(name) for name in self.table.index.get_level_values("trainable")]

    @property
    def task_names(self) -> list[str]:
        """The different tasks, sorted."""
        return sorted(set(self.tasks))

    @property
    def counts(self) -> list[int]:
        """The repetitions of each task."""
        return [self.tasks.count(name) for name in self.task_names]

    @property
    def combinations(self) -> list[Combination]:
        """(searcher, scheduler) of each column."""
        columns: list[Any] = self.table.columns.to_list()
        return [(str(searcher), str(scheduler)) for searcher, scheduler in columns]

    def by_task(self, values: Floats, tasks: list[str]) -> Floats:
        """Return what belongs to the blocks, shape (blocks, ...), as (repetitions, tasks, ...)."""
        number = self.table.groupby(level="trainable").cumcount().to_numpy()
        cube = np.full((int(number.max()) + 1, len(tasks), *values.shape[1:]), np.nan)
        cube[number, pd.Index(tasks).get_indexer(pd.Index(self.tasks))] = values
        return cube


def complete_blocks(
    frame: pd.DataFrame, values: str, every_status: pd.DataFrame | None = None
) -> CompleteBlocks:
    """Return the ``values``, a column, without gaps.

    The rule.  What is missing costs the repetition, not the combination: of each task the repetitions count
    that all combinations have.  A combination is left out, and named, only if

    - it has no value at all on a task that half of the combinations or more have (a task that fewer have is
      left out itself);
    - its failures, with those of others, would cost more than half of a task's repetitions; those that failed
      most often go first;
    - less than two repetitions of a task would be left; those with the fewest go first.

    Args:
        frame: one row an experiment that is ok, with the columns of ``BLOCK`` and ``COMBINATION``.
        every_status: the same of any status, which tells what failed from what was not run yet.
    """
    table = frame.pivot(index=BLOCK, columns=COMBINATION, values=values).astype(float)
    without = _without(table, every_status)
    table = table.loc[table.notna().any(axis=1), table.notna().any(axis=0)]
    if table.empty:
        return CompleteBlocks(table.rename_axis(columns=_NAMES), without)
    known = table.notna()
    on = known.groupby(level="trainable").any()
    common = on.mean(axis=1) >= 0.5
    keep = on[common].all(axis=0)
    notes = [*without, *_missing(on, common, keep)]
    failed = _failed(table, every_status) & ~known
    lost: dict[str, list[Any]] = {_FAILED: [], _FEW: []}
    rows = pd.Series(False, index=table.index)
    for task in on.index[common]:
        of_task = table.index.get_level_values("trainable") == task
        _drop_failed(failed[of_task], keep, lost[_FAILED])
        _drop_few(known[of_task], keep, lost[_FEW])
        rows |= known.loc[:, keep].all(axis=1) & of_task
    rows &= known.loc[:, keep].all(axis=1)
    notes += [f"left out, {why}: {_listed(pairs)}" for why, pairs in lost.items() if pairs]
    notes += _cost(known.loc[:, keep], rows, common)
    remaining: Any = table.loc[rows, keep]
    return CompleteBlocks(remaining.rename_axis(columns=_NAMES), notes)


def _failed(table: pd.DataFrame, every_status: pd.DataFrame | None) -> pd.DataFrame:
    """Return which cells of a table have an experiment that did not end well."""
    none = pd.DataFrame(False, index=table.index, columns=table.columns)
    if every_status is None:
        return none
    rows = every_status[every_status["status"].isin(FAILURES)]
    if rows.empty:
        return none
    cells = rows.groupby([*BLOCK, *COMBINATION]).size().unstack(COMBINATION).notna()
    return cells.reindex(index=table.index, columns=table.columns, fill_value=False).astype(bool)


def _drop_failed(failed: pd.DataFrame, keep: pd.Series, lost: list[Any]) -> None:
    """Leave out what failed most often until failures cost no more than half of a task's repetitions."""
    while int(failed.loc[:, keep].any(axis=1).sum()) * 2 > len(failed):
        _drop(failed.loc[:, keep].sum(axis=0).idxmax(), keep, lost)


def _drop_few(known: pd.DataFrame, keep: pd.Series, lost: list[Any]) -> None:
    """Leave out what has the fewest repetitions of a task until two are left, if there are two."""
    least = min(2, int(known.loc[:, keep].sum(axis=0).max())) if keep.any() else 0
    while int(known.loc[:, keep].all(axis=1).sum()) < least:
        _drop(known.loc[:, keep].sum(axis=0).idxmin(), keep, lost)


def _drop(pair: Any, keep: pd.Series, lost: list[Any]) -> None:
    keep[pair] = False
    lost.append(pair)


def _missing(on: pd.DataFrame, common: pd.Series, keep: pd.Series) -> list[str]:
    """Return notes on tasks that few combinations have, and combinations without a task that many have."""
    notes = [
        f"task {task} is left out: {int((~on.loc[task]).sum())} of {on.shape[1]} combinations have no result "
        "on it"
        for task in on.index[~common]
    ]
    for task in on.index[common]:
        without = [pair for pair in on.columns[~on.loc[task]] if not keep[pair]]
        if without:
            notes.append(f"left out, without any result on {task} yet: {_listed(without)}")
    return notes


def _without(table: pd.DataFrame, every_status: pd.DataFrame | None) -> list[str]:
    """Return notes on the combinations that have no value at all, because they had none yet, or failed.

    One that was not run at all is known by its halves, which others have.
    """
    none = list(table.columns[table.isna().all()])
    notes = [f"left out, as they had no result yet: {_listed(none)}"] if none else []
    if every_status is None or every_status.empty:
        return notes
    failed = every_status[every_status["status"].isin(FAILURES)]
    there, broken = (_pairs(rows) for rows in (every_status, failed))
    lost = sorted(broken - _pairs(every_status[~every_status["status"].isin(FAILURES)]))
    notes += [f"left out, as none of their experiments ended well: {_listed(lost)}"] * bool(lost)
    every = itertools.product(*(sorted({pair[axis] for pair in there}) for axis in (0, 1)))
    never = [pair for pair in every if pair not in there]
    return [*notes, *([f"not run yet, and so not compared: {_listed(never)}"] if never else [])]


def _pairs(rows: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(*(rows[name].astype(str) for name in COMBINATION), strict=True))


def _cost(known: pd.DataFrame, rows: pd.Series, common: pd.Series) -> list[str]:
    """Return a note on the repetitions that missing results cost, and whose they are."""
    tasks = known.index.get_level_values("trainable")
    counted = pd.Series(tasks).isin(common.index[common]).to_numpy()
    if rows[counted].all():
        return []
    missing = (~known[counted & ~rows.to_numpy()]).sum(axis=0)
    missing = missing[missing > 0].sort_values(ascending=False, kind="stable")
    whose = _listed([(*pair, many) for pair, many in missing.items()])
    return [
        f"{int((~rows[counted]).sum())} of {int(counted.sum())} repetitions are left out, as not all "
        f"combinations have a result in them; missing: {whose}"
    ]


def _listed(pairs: Sequence[Any]) -> str:
    """Return the first five combinations, and how many more there are; a number behind each if it has one."""
    names = [" x ".join(map(str, pair[:2])) + "".join(f" ({many})" for many in pair[2:]) for pair in pairs]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return f"{', '.join(names[:5])}{more}"
