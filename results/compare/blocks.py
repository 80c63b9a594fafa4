"""Complete blocks: values of all combinations in the same repetitions, for ranks and paired tests."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.store.parts import Combination
from results.types import Floats

#: What identifies a block, and what identifies a value in it.
BLOCK = ["trainable", "repetition"]
COMBINATION = ["label", "scheduler"]


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


def complete_blocks(frame: pd.DataFrame, values: str) -> CompleteBlocks:
    """Return the ``values``, a column, without gaps.

    A repetition counts if half of the combinations or more have it, a combination if it has all of those.

    Args:
        frame: one row an experiment, with the columns of ``BLOCK`` and ``COMBINATION``.
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
    return CompleteBlocks(remaining.rename_axis(columns=["searcher", "scheduler"]), notes)
