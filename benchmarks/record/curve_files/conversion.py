"""Conversion of a file of learning curves into a recorded table, with a file that makes it a task."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.curves.recorded.surrogate import LEAST_LOSS, LEAST_SHARE, WORST_LOSS
from benchmarks.curves.recorded.table import RecordedTable
from benchmarks.record.build import build
from benchmarks.record.curve_files.complete import CompleteCurves, WantedTable, complete
from benchmarks.record.curve_files.configurations import (
    Configurations,
    configurations,
    hyperparameters,
    infer_space,
)
from benchmarks.record.curve_files.csv_file import read_csv
from benchmarks.record.curve_files.epochs import MeasuredRows, measured
from benchmarks.record.curve_files.lcbench import read_lcbench
from benchmarks.record.curve_files.pd1 import read_pd1
from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles
from benchmarks.record.curve_files.yahpo import read_yahpo
from benchmarks.suite.trainable_spec import TrainableSpec

READERS: dict[str, Callable[[Path, str | None], CurveRows]] = {
    "csv": lambda path, _: read_csv(path),
    "lcbench": read_lcbench,
    "pd1": read_pd1,
    "yahpo": read_yahpo,
}
FEWEST, MOST = 10, 8000  # configurations of a table; more need hours and gigabytes to fit
TIMED = 400  # configurations from which the seconds of an epoch are fitted


@dataclass(frozen=True)
class FileRequest:
    """A request to convert a file of learning curves.

    Attributes:
        path: the file.
        layout: one of ``READERS``.
        dataset: of a file that has several.
        roles: fields of ``Roles`` that the user has given.
        space: the user's; None: the format's, else inferred.
        parameters: columns that are hyperparameters; None: all that are nothing else.
        ignored: columns that are left out.
        wanted: the table.
    """

    path: Path
    layout: str
    dataset: str | None
    roles: Mapping[str, Any]
    space: Mapping[str, Any] | None
    parameters: Sequence[str] | None
    ignored: Sequence[str]
    wanted: WantedTable


@dataclass(frozen=True)
class Converted:
    """A file that was read.

    Attributes:
        roles: of its columns.
        inferred: whether its space was.
        found: its configurations.
        measured: what its rows have.
        curves: complete.
    """

    roles: Roles
    inferred: bool
    found: Configurations
    measured: MeasuredRows
    curves: CompleteCurves

    @property
    def summary(self) -> str:
        """A summary of the table, in a line."""
        configs, seeds, epochs = self.curves.values[self.roles.metric].shape
        kept = f"{configs:,} configurations, {seeds} {'seed' if seeds == 1 else 'seeds'}, {epochs:,} epochs"
        divided = f", divided by {self.roles.divide_by:g}" if self.roles.divide_by != 1 else ""
        return "; ".join([kept, f"{self.roles.metric} ({self.roles.mode}{divided})", *self.curves.notes])


def convert(request: FileRequest) -> Converted:
    """Return what a file holds.

    Raises:
        CurveFileError: if no table can be made of it; names the row.
    """
    rows = READERS[request.layout](request.path, request.dataset)
    roles = _roles(rows.roles, request.roles)
    if not roles.metric or not roles.mode:
        lacking = "metric" if not roles.metric else "mode"
        raise CurveFileError(f"--{lacking} is missing; " + _advice(rows, lacking))
    values = measured(rows, roles)
    space = request.space if request.space is not None else rows.space
    inferred = space is None or bool(request.parameters)
    if inferred and request.space is None:
        names = hyperparameters(rows, roles, request.parameters, request.ignored)
        space = infer_space(rows, names)
    assert space is not None
    found = configurations(rows, space)
    _check_configurations(rows, found, values, inferred)
    curves = complete(found.of_row, values, rows.places, roles.mode, request.wanted)
    _check_curves(curves, roles)
    return Converted(roles, inferred, found, values, curves)


def _roles(documented: Roles, given: Mapping[str, Any]) -> Roles:
    """Return the roles of a format's columns with those that are given.

    Divisor, mode and test metric belong to the format's own metric.
    """
    if given.get("metric", documented.metric) != documented.metric:
        documented = replace(documented, mode="", test_metric="", divide_by=1.0)
    return replace(documented, **given)


def table_of(name: str, path: Path, converted: Converted) -> RecordedTable:
    """Return the table of a file that was read.

    Args:
        name: of the task.
        path: the file, whose checksum the card has.
        converted: as ``convert`` returns it.
    """
    roles, curves = converted.roles, converted.curves
    configs = [converted.found.configs[index] for index in curves.kept]
    keys = np.indices(curves.diverged.shape).reshape(3, -1)
    frame = {"config": keys[0], "seed": keys[1], "epoch": keys[2] + 1}
    frame |= {metric: values.ravel() for metric, values in curves.values.items()}
    recorded = pd.DataFrame(frame | {"diverged": curves.diverged.ravel()})
    spec = TrainableSpec.of(
        name, "", _curves_only, {"space": converted.found.space, "metric": roles.metric, "mode": roles.mode}
    )
    return build(
        spec,
        recorded,
        configs,
        0,
        _timed(converted),
        {
            **{"data": "subset", "train_size": 0, "source": roles.source, "corners": 0},
            **{"file": path.name, "data_key": hashlib.sha256(path.read_bytes()).hexdigest()[:16]},
            **{"unit": roles.divide_by, "notes": curves.notes, "first_epoch": roles.first_epoch},
            "seconds": roles.seconds or roles.clock or "not in the file: 1 an epoch",
        },
        {metric: _scale(values, roles.mode) for metric, values in curves.values.items()},
    )


def _curves_only(config: Mapping[str, Any]) -> None:
    raise NotImplementedError("it has curves only")


def _timed(converted: Converted) -> dict[int, float]:
    """Return the seconds of an epoch, by the index of a configuration in the table; 1 if none are known."""
    of_row = np.asarray(converted.found.of_row)
    known = np.isfinite(converted.measured.seconds)
    totals = np.bincount(of_row[known], converted.measured.seconds[known], len(converted.found.configs))
    means = totals / np.maximum(1, np.bincount(of_row[known], minlength=len(totals)))
    timed = {index: means[config] for index, config in enumerate(converted.curves.kept) if means[config] > 0}
    if not timed:
        return dict.fromkeys(range(len(converted.curves.kept)), 1.0)
    chosen = np.linspace(0, len(timed) - 1, min(TIMED, len(timed))).astype(int)
    keys = list(timed)
    return {keys[i]: float(timed[keys[i]]) for i in chosen}


def _scale(values: Any, mode: str) -> str:
    """Return on which scale a metric is predicted, such that its best values are not cut off."""
    least, most = float(values.min()), float(values.max())
    best_is_a_share = most <= 1 - LEAST_SHARE if mode == "max" else least >= LEAST_SHARE
    if least >= 0 and most <= 1 and best_is_a_share:
        return "logit"
    return "log" if mode == "min" and least >= LEAST_LOSS else "plain"


def _check_configurations(
    rows: CurveRows, found: Configurations, values: MeasuredRows, inferred: bool
) -> None:
    """Refuse too few or too many configurations, and hyperparameters that seem to be something else."""
    count = len(found.configs)
    if inferred and values.epochs.max() > 1 and count > len(rows.places) / 2:
        distinct = {name: len(set(rows.columns[name])) for name in found.space}
        name = max(distinct, key=lambda each: distinct[each])
        raise CurveFileError(
            f"nearly each row is a configuration by itself: column {name!r} has {distinct[name]:,} values in "
            f"{len(rows.places):,} rows; leave out what is no hyperparameter with --ignore {name}, or name "
            "those that are with --parameters"
        )
    if count < FEWEST:
        raise CurveFileError(
            f"the file has {count} configurations, too few for a table; expected {FEWEST} or more"
        )
    if count > MOST:
        raise CurveFileError(
            f"the file has {count:,} configurations, too many for a table; leave some out: at most {MOST:,}"
        )


def _check_curves(curves: CompleteCurves, roles: Roles) -> None:
    """Refuse what is left if it is too little, or lies where a table has no room."""
    if len(curves.kept) < FEWEST:
        raise CurveFileError(
            f"{len(curves.kept)} configurations are left, too few for a table: {'; '.join(curves.notes)}; "
            "choose another --missing, or fewer --epochs"
        )
    values = curves.values[roles.metric]
    above = int(np.count_nonzero(values > WORST_LOSS)) if _scale(values, roles.mode) == "log" else 0
    if above:
        curves.notes.append(f"{above:,} values above {WORST_LOSS:g} count as {WORST_LOSS:g}")
    if above and np.median(values[:, :, -1]) > WORST_LOSS:
        raise CurveFileError(
            f"{roles.metric} is {np.median(values[:, :, -1]):g} in the median, and a table keeps losses from "
            f"{LEAST_LOSS:g} to {WORST_LOSS:g}; give --divide-by, by which it is divided"
        )


def _advice(rows: CurveRows, lacking: str) -> str:
    if lacking == "mode":
        return "give min or max: whether less or more of the metric is better"
    return f"name the column of the metric that is tuned: one of {', '.join(list(rows.columns)[:20])}"
