"""The incumbents of many experiments at once, as flat arrays that hold only where each of them steps.

Twenty million results have a few hundred thousand steps: all that scores, curves and figures need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from results.curves import Axis, Floats, Steps, best_so_far, held

#: What of the results table each axis needs, besides key and metric.
_NEEDS: dict[Axis, tuple[str, ...]] = {
    "epochs": ("seq",),
    "clock": ("seq", "clock"),
    "trials": ("seq", "trial_id"),
}


@dataclass(frozen=True)
class Curves:
    """The incumbents of some experiments.

    Attributes:
        keys: the experiments, shape (n,).
        starts: shape (n + 1,); the steps of experiment i are those from ``starts[i]`` to ``starts[i + 1]``.
        x: shape (steps,); not decreasing within an experiment, whose last x is that of its last result.
        y: shape (steps,), finite; holds from x on.
    """

    keys: Sequence[str]
    starts: NDArray[np.intp]
    x: Floats
    y: Floats
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", {key: place for place, key in enumerate(self.keys)})

    @property
    def ends(self) -> Floats:
        """Where each experiment's last result lies, shape (n,); NaN if it has no finite metric."""
        none = self.starts[1:] == self.starts[:-1]
        last = np.append(self.x, np.nan)[self.starts[1:] - 1]
        return np.where(none, np.nan, last)

    def curve(self, key: str) -> Steps:
        """Return the incumbent of one experiment; of no points if it has none.

        Raises:
            KeyError: if the experiment is not among them.
        """
        place = self._places[key]
        own = slice(self.starts[place], self.starts[place + 1])
        return Steps(self.x[own], self.y[own])

    def at(self, points: ArrayLike) -> Floats:
        """Return what each experiment held at each of the ascending ``points``, shape (n, points).

        NaN before the first value; after an experiment's end its last value holds.
        """
        wanted = np.asarray(points, dtype=np.float64)
        found = np.full((len(self.keys), len(wanted)), np.nan)
        for place, (start, end) in enumerate(pairwise(self.starts)):
            found[place] = held(Steps(self.x[start:end], self.y[start:end]), wanted)
        return found

    def only(self, keys: Iterable[str]) -> Curves:
        """Return the incumbents of those of ``keys`` that are among these, in the order of ``keys``."""
        chosen = [key for key in keys if key in self._places]
        places = np.array([self._places[key] for key in chosen], dtype=np.intp)
        lengths = np.diff(self.starts)[places]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        steps = np.repeat(self.starts[:-1][places] - starts[:-1], lengths) + np.arange(starts[-1])
        return Curves(chosen, starts, self.x[steps], self.y[steps])

    def mapped(self, values: Callable[[Floats, NDArray[np.intp]], Floats]) -> Curves:
        """Return the same curves with other heights: ``values(y, which)`` of y and its experiment's place."""
        which = np.repeat(np.arange(len(self.keys)), np.diff(self.starts))
        return Curves(self.keys, self.starts, self.x, values(self.y, which))


def needed(axes: Iterable[Axis], metrics: Iterable[str]) -> list[str]:
    """Return the columns of the results table that ``incumbents`` reads."""
    columns = dict.fromkeys(column for axis in axes for column in _NEEDS[axis])
    return ["key", *columns, *sorted(set(metrics))]


def incumbents(
    experiments: pd.DataFrame, tables: Iterable[pa.Table], axes: Sequence[Axis]
) -> dict[Axis, Curves]:
    """Return the incumbents of ``experiments`` on each axis, in the order of their rows, in one pass.

    Args:
        experiments: with key, metric, mode and epochs_before.
        tables: rows of the results table with the columns ``needed``, in any order; all results of an
            experiment in one table.  Those of other experiments are ignored.
        axes: x is "epochs", the epochs spent so far over all trials (seq + 1 + ``epochs_before``), "clock",
            seconds since the experiment's start, or "trials", how many of them have reported so far.
    """
    asked = {
        str(row[0]): (str(row[1]), row[2], 0 if pd.isna(row[3]) else int(row[3]))
        for row in zip(
            *(experiments[name] for name in ("key", "metric", "mode", "epochs_before")), strict=True
        )
    }
    found: dict[Axis, dict[str, Steps]] = {axis: {} for axis in axes}
    for table in tables:
        for key, rows in _experiments(table):
            if key in asked:
                metric, mode, before = asked[key]
                y = best_so_far(rows[metric], mode) if metric in rows else np.full(len(rows["seq"]), np.nan)
                for axis in axes:
                    found[axis][key] = _steps(_place(rows, axis, before), y)
    return {axis: _curves(asked, found[axis]) for axis in axes}


def _curves(keys: Iterable[str], found: dict[str, Steps]) -> Curves:
    nothing = Steps(np.empty(0), np.empty(0))
    every = [found.get(key, nothing) for key in keys]
    starts = np.concatenate([[0], np.cumsum([len(steps.x) for steps in every])]).astype(np.intp)
    x, y = (np.concatenate([np.empty(0), *(steps[part] for steps in every)]) for part in (0, 1))
    return Curves(list(keys), starts, x, y)


Rows = dict[str, NDArray[Any]]


def _experiments(table: pa.Table) -> Iterator[tuple[str, Rows]]:
    """Yield key and columns of each experiment of a table, its rows in the order in which they came.

    In place of ``trial_id`` the column ``first`` says of each row whether it is its trial's first.
    """
    if not table.num_rows:
        return
    keys, code = _codes(table.column("key"))
    columns: Rows = {
        name: _codes(table.column(name))[1] if name == "trial_id" else table.column(name).to_numpy()
        for name in table.column_names
        if name != "key"
    }
    # The store keeps its rows sorted, which is quick to see.
    if not _sorted(code, columns["seq"]):
        place = np.lexsort([columns["seq"], code])
        code = code[place]
        columns = {name: values[place] for name, values in columns.items()}
    if "trial_id" in columns:
        trial = columns.pop("trial_id").astype(np.int64)
        columns["first"] = ~pd.Series(trial * len(keys) + code).duplicated().to_numpy()
    bounds = np.flatnonzero(np.diff(code)) + 1
    for start, end in zip([0, *bounds], [*bounds, len(code)], strict=True):
        yield keys[code[start]], {name: values[start:end] for name, values in columns.items()}


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.integer]]:
    """Return the different values of a column of strings, and of each row which it has."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)


def _sorted(code: NDArray[Any], seq: NDArray[Any]) -> bool:
    """Whether rows are in the order of experiment and, within each, of ``seq``."""
    step = np.diff(code)
    return bool((step >= 0).all() and (np.diff(seq)[step == 0] >= 0).all())


def _place(rows: Rows, axis: Axis, before: int) -> Floats:
    """Return where the results of one experiment lie on an axis, shape (results,)."""
    if axis == "trials":
        return np.cumsum(rows["first"]).astype(np.float64)
    if axis == "epochs":
        return rows["seq"].astype(np.float64) + (1 + before)
    return rows["clock"].astype(np.float64)


def _steps(x: Floats, y: Floats) -> Steps:
    """Return where the incumbent of one experiment steps, and its last result."""
    known = np.isfinite(y) & np.isfinite(x)
    x, y = x[known], y[known]
    if not len(x):
        return Steps(x, y)
    steps = np.append(True, y[1:] != y[:-1])
    steps[-1] |= x[-1] > x[np.flatnonzero(steps)[-1]]
    return Steps(x[steps], y[steps])
