"""The incumbents of many experiments at once, as flat arrays that hold only where each of them steps.

Twenty million results have a few hundred thousand steps: all that scores, curves and figures need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from results.statistics.steps import Steps, best_so_far, held
from results.store.schema import metric_column
from results.types import Axis, Floats

#: What of the results table each axis needs, besides key and metric.
_NEEDS: dict[Axis, tuple[str, ...]] = {
    "epochs": ("seq",),
    "clock": ("seq", "clock"),
    "trials": ("seq", "trial_id", "clock"),
}

#: What of the experiments table ``incumbents`` reads; the last may be missing.
_ASKED = ("key", "metric", "mode", "epochs_before", "test_metric")

#: Of each experiment, the trials whose last result was not their end, and when they ended, on the clock.
LateEnds = Mapping[str, Mapping[str, float]]

#: Whether a row is its trial's last; no metric has a column of this name (see ``metric_column``).
LAST = "metric/last"


@dataclass(frozen=True)
class Curves:
    """The incumbents of some experiments.

    Attributes:
        keys: the experiments, shape (n,).
        starts: shape (n + 1,); the steps of experiment i are those from ``starts[i]`` to ``starts[i + 1]``.
        x: shape (steps,); not decreasing within an experiment, whose last x is that of its last result.
        y: shape (steps,), finite; holds from x on.
        also: what else is known of the incumbent at each step, shape (steps,) each, NaN where it is not:
            "noise_free", its metric without noise, and "test", its test metric.
    """

    keys: Sequence[str]
    starts: NDArray[np.intp]
    x: Floats
    y: Floats
    also: Mapping[str, Floats] = field(default_factory=dict)
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
        steps = slice(self.starts[place], self.starts[place + 1])
        return Steps(self.x[steps], self.y[steps])

    def at(self, points: ArrayLike, name: str = "") -> Floats:
        """Return what each experiment held at each of the ascending ``points``, shape (n, points).

        NaN before the first value; after an experiment's end its last value holds.

        Args:
            points: in the unit of x.
            name: of one of ``also``, for what is known of the incumbent in place of its metric.
        """
        wanted = np.asarray(points, dtype=np.float64)
        heights = self.also.get(name, np.full(len(self.y), np.nan)) if name else self.y
        values = np.full((len(self.keys), len(wanted)), np.nan)
        for place, (start, end) in enumerate(pairwise(self.starts)):
            values[place] = held(Steps(self.x[start:end], heights[start:end]), wanted)
        return values

    def only(self, keys: Iterable[str]) -> Curves:
        """Return the incumbents of those of ``keys`` that are among these, in the order of ``keys``."""
        chosen = [key for key in keys if key in self._places]
        places = np.array([self._places[key] for key in chosen], dtype=np.intp)
        lengths = np.diff(self.starts)[places]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        steps = np.repeat(self.starts[:-1][places] - starts[:-1], lengths) + np.arange(starts[-1])
        also = {name: values[steps] for name, values in self.also.items()}
        return Curves(chosen, starts, self.x[steps], self.y[steps], also)

    def mapped(self, values: Callable[[Floats, NDArray[np.intp]], Floats]) -> Curves:
        """Return the same curves with other heights: ``values(y, which)`` of y and its experiment's place."""
        which = np.repeat(np.arange(len(self.keys)), np.diff(self.starts))
        return Curves(self.keys, self.starts, self.x, values(self.y, which), self.also)


def needed(axes: Iterable[Axis], metrics: Iterable[str]) -> list[str]:
    """Return the columns of the results table that ``incumbents`` reads.

    Args:
        axes: as there.
        metrics: the names of the metrics that are tuned, and of the test metrics.
    """
    columns = dict.fromkeys(column for axis in axes for column in _NEEDS[axis])
    return ["key", *columns, "noise_free", *sorted({metric_column(metric) for metric in metrics if metric})]


#: What of the trials table ``late_ends`` reads.
OF_TRIALS = ("key", "trial_id", "decision", "epochs", "started", "ended")


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


def incumbents(
    experiments: pd.DataFrame, tables: Iterable[pa.Table], axes: Sequence[Axis], late: LateEnds | None = None
) -> dict[Axis, Curves]:
    """Return the incumbents of ``experiments`` on each axis, in the order of their rows, in one pass.

    Args:
        experiments: with key, metric, mode, epochs_before and perhaps test_metric.
        tables: rows of the results table with the columns ``needed``, in any order; all results of an
            experiment in one table.  Those of other experiments are ignored.
        axes: x is "epochs", the epochs spent so far over all trials (seq + 1 + ``epochs_before``), "clock",
            seconds since the experiment's start, or "trials": what had been found when the n-th trial ended
            (completed, stopped, ended, failed, cut, or paused for good) lies at n and before.
        late: see ``late_ends``; read on the axis "trials" only.
    """
    asked = {
        str(row[0]): (
            str(row[1]),
            row[2],
            0 if pd.isna(row[3]) else int(row[3]),
            "" if pd.isna(row[4]) else str(row[4]),
        )
        for row in experiments.reindex(columns=list(_ASKED)).itertuples(index=False)
    }
    found: dict[Axis, dict[str, _Course]] = {axis: {} for axis in axes}
    for table in tables:
        for key, rows, names in experiments_of(table):
            if key in asked:
                metric, mode, before, test = asked[key]
                column = metric_column(metric)
                also = {"noise_free": rows.get("noise_free"), "test": rows.get(metric_column(test))}
                y = best_so_far(rows[column], mode) if column in rows else np.full(len(rows["seq"]), np.nan)
                for axis in axes:
                    if axis == "trials":
                        x = trials_ended(rows, names, (late or {}).get(key, {}))
                    else:
                        x = _place(rows, axis, before)
                    found[axis][key] = _steps(x, y, also)
    return {axis: _curves(asked, found[axis]) for axis in axes}


class _Course(NamedTuple):
    """An incumbent's steps, and what else is known of it at each."""

    x: Floats
    y: Floats
    noise_free: Floats
    test: Floats


def _curves(keys: Iterable[str], found: dict[str, _Course]) -> Curves:
    nothing = _Course(*[np.empty(0)] * 4)
    every = [found.get(key, nothing) for key in keys]
    starts = np.concatenate([[0], np.cumsum([len(steps.x) for steps in every])]).astype(np.intp)
    x, y, noise_free, test = (
        np.concatenate([np.empty(0), *(steps[part] for steps in every)]) for part in range(4)
    )
    return Curves(list(keys), starts, x, y, {"noise_free": noise_free, "test": test})


Rows = dict[str, NDArray[Any]]


def experiments_of(table: pa.Table) -> Iterator[tuple[str, Rows, Mapping[str, int]]]:
    """Yield key and columns of each experiment of a table, its rows in the order in which they came.

    In ``trial_id`` stand numbers, which the last value yielded has for each name.
    The column ``last`` says of each row whether it is its trial's last.
    """
    if not table.num_rows:
        return
    keys, code = _codes(table.column("key"))
    trials, numbers = _codes(table.column("trial_id")) if "trial_id" in table.column_names else ([], code)
    names = {trial: number for number, trial in enumerate(trials)}
    columns: Rows = {
        name: numbers if name == "trial_id" else table.column(name).to_numpy()
        for name in table.column_names
        if name != "key"
    }
    # The store keeps its rows sorted, which is quick to see.
    if not _sorted(code, columns["seq"]):
        place = np.lexsort([columns["seq"], code])
        code = code[place]
        columns = {name: values[place] for name, values in columns.items()}
    if "trial_id" in columns:
        trial = columns["trial_id"].astype(np.int64)
        columns[LAST] = ~pd.Series(trial * len(keys) + code).duplicated(keep="last").to_numpy()
    bounds = np.flatnonzero(np.diff(code)) + 1
    for start, end in zip([0, *bounds], [*bounds, len(code)], strict=True):
        yield keys[code[start]], {name: values[start:end] for name, values in columns.items()}, names


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


def _place(rows: Rows, axis: Axis, before: int) -> Floats:
    """Return where the results of one experiment lie on the axis "epochs" or "clock", shape (results,)."""
    if axis == "epochs":
        return rows["seq"].astype(np.float64) + (1 + before)
    return rows["clock"].astype(np.float64)


def _steps(x: Floats, y: Floats, also: Mapping[str, Any]) -> _Course:
    """Return where the incumbent of one experiment steps, and its last result."""
    known = np.isfinite(y) & np.isfinite(x)
    others = {name: _floats(values, len(y))[known] for name, values in also.items()}
    x, y = x[known], y[known]
    if not len(x):
        return _Course(x, y, x, x)
    new = np.append(True, y[1:] != y[:-1])
    row = np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))  # the incumbent's own
    steps = new.copy()
    steps[-1] |= x[-1] > x[np.flatnonzero(new)[-1]]
    return _Course(x[steps], y[steps], *(others[name][row[steps]] for name in ("noise_free", "test")))


def _floats(values: Any, size: int) -> Floats:
    if values is None:
        return np.full(size, np.nan)
    return np.asarray(values, dtype=np.float64)
