"""The incumbents of experiments, found in one pass over the rows of the results table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from results.compare.curves import Curves
from results.compare.full_trainings import TrainingUnits
from results.compare.result_rows import Rows, experiments_of
from results.compare.trial_ends import LateEnds, trials_ended
from results.statistics.steps import best_so_far
from results.store.schema import metric_column
from results.types import Axis, Floats

#: What of the results table each axis needs, besides key and metric.
_NEEDS: dict[Axis, tuple[str, ...]] = {
    "epochs": ("seq",),
    "clock": ("seq", "clock"),
    "trials": ("seq", "trial_id", "clock"),
    "trainings": ("seq", "trial_id", "cost"),
}

#: What of the experiments table ``incumbents`` reads; the last may be missing.
_EXPERIMENT_COLUMNS = ("key", "metric", "mode", "epochs_before", "test_metric")


def needed(axes: Iterable[Axis], metrics: Iterable[str]) -> list[str]:
    """Return the columns of the results table that ``incumbents`` reads.

    Args:
        axes: as there.
        metrics: the names of the metrics that are tuned, and of the test metrics.
    """
    columns = dict.fromkeys(column for axis in axes for column in _NEEDS[axis])
    return ["key", *columns, "noise_free", *sorted({metric_column(metric) for metric in metrics if metric})]


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
            (completed, stopped, ended, failed, cut, or paused for good) lies at n and before, or "trainings",
            seconds of training so far in full trainings (``results.compare.full_trainings``).
        late: see ``late_ends``; read on the axis "trials" only.
    """
    specs = {
        str(row[0]): (
            str(row[1]),
            row[2],
            0 if pd.isna(row[3]) else int(row[3]),
            "" if pd.isna(row[4]) else str(row[4]),
        )
        for row in experiments.reindex(columns=list(_EXPERIMENT_COLUMNS)).itertuples(index=False)
    }
    units = TrainingUnits(experiments)
    courses: dict[Axis, dict[str, _Course]] = {axis: {} for axis in axes}
    for table in tables:
        for key, rows, names in experiments_of(table):
            if key in specs:
                metric, mode, before, test = specs[key]
                column = metric_column(metric)
                also = {"noise_free": rows.get("noise_free"), "test": rows.get(metric_column(test))}
                y = best_so_far(rows[column], mode) if column in rows else np.full(len(rows["seq"]), np.nan)
                for axis in axes:
                    if axis == "trials":
                        x = trials_ended(rows, names, (late or {}).get(key, {}))
                    elif axis == "trainings":
                        x = units.spent(key, rows)
                    else:
                        x = _place(rows, axis, before)
                    courses[axis][key] = _steps(x, y, also)
    return {axis: _curves(specs, courses[axis]) for axis in axes}


class _Course(NamedTuple):
    """An incumbent's steps, and what else is known of it at each."""

    x: Floats
    y: Floats
    noise_free: Floats
    test: Floats


def _curves(keys: Iterable[str], courses: dict[str, _Course]) -> Curves:
    nothing = _Course(*[np.empty(0)] * 4)
    every = [courses.get(key, nothing) for key in keys]
    starts = np.concatenate([[0], np.cumsum([len(steps.x) for steps in every])]).astype(np.intp)
    x, y, noise_free, test = (
        np.concatenate([np.empty(0), *(steps[part] for steps in every)]) for part in range(4)
    )
    return Curves(list(keys), starts, x, y, {"noise_free": noise_free, "test": test})


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
