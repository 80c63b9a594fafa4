"""Sides of the gate: one row an experiment, with its incumbent's steps, and their environments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from results.compare.run import Run, load, run_folder
from results.compare.settings import OLDER
from results.compare.versions import several
from results.errors import ResultsError
from results.store.provenance import records
from results.store.schema import EXPERIMENTS

_NAMES = list(EXPERIMENTS)
#: Identity of an experiment: two sides' experiments that agree in all of these are a pair.
SETTING: list[str] = _NAMES[1 : _NAMES.index("status")]
#: A combination on a task.
CELL: list[str] = ["trainable", "searcher", "scheduler"]
#: Further columns of an experiment.
_MEASURED = (
    *("status", "reason", "metric", "mode", "baseline", "optimum", "best", "best_epoch", "trials_run"),
    *("trials_stopped", "epochs_spent", "environment", "trainable_version"),
)
#: All columns of a side, with their types.  The times are processor seconds: in the searcher, and in the
#: scheduler and Tune (on the virtual engine also in the curves); null if not measured.
#: ``test`` is null where the test metric is another thing than the metric.  The steps are the incumbent's:
#: epochs spent over all trials, and the metric from then on, in single precision.
COLUMNS: dict[str, pa.DataType] = {name: EXPERIMENTS[name][0] for name in (*SETTING, *_MEASURED)} | {
    "test": pa.float64(),
    "suggest_s": pa.float32(),
    "overhead_s": pa.float32(),
    "steps_epoch": pa.list_(pa.int32()),
    "steps_metric": pa.list_(pa.float32()),
}

#: Columns that older baselines may lack, with their values there.
SINCE: dict[str, Any] = {"trainable_version": None} | {str(name): value for name, value in OLDER.items()}

Environment = dict[str, Any]
#: ``val_accuracy`` and ``test_accuracy`` are one thing, of other examples.
_PREFIXES = ("val_", "test_")


class Side(Protocol):
    """A side: the source of its experiments, which are stored, or run on demand."""

    @property
    def name(self) -> str:
        """The name in the report."""

    @property
    def environments(self) -> Mapping[str, Environment]:
        """The records of ``provenance.json`` by key."""

    @property
    def template(self) -> pd.DataFrame | None:
        """All its rows, or None if it can run any experiment."""

    def rows(self, wanted: pd.DataFrame) -> pd.DataFrame:
        """Return the experiments that agree with ``wanted`` in ``SETTING``, as far as it has them."""


@dataclass(frozen=True)
class StoredSide:
    """A side of stored experiments.

    Attributes:
        name: how the report calls it.
        template: one row an experiment, with ``COLUMNS``.
        environments: the records of ``provenance.json`` by key.
    """

    name: str
    template: pd.DataFrame
    environments: Mapping[str, Environment]

    def rows(self, wanted: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of ``wanted`` that there are."""
        return self.template.merge(wanted[SETTING], on=SETTING)


def stored_run(folder: Path, name: str = "") -> StoredSide:
    """Return the experiments of a run folder.

    Raises:
        ResultsError: if it is none, or is damaged.
    """
    return StoredSide(name or str(folder), rows_of(load(folder)), environments(run_folder(folder)))


def rows_of(run: Run) -> pd.DataFrame:
    """Return ``COLUMNS`` of a run, one row an experiment.

    Raises:
        ResultsError: if the run holds several versions of a trainable, searcher or scheduler.
    """
    frame = run.experiments
    if others := several(frame):
        raise ResultsError(
            f"the run holds several versions of one name ({', '.join(others)} is not the last); a side of "
            "the gate is of one version: give a run that was made without --accept-changes"
        )
    rows = frame[[*SETTING, *_MEASURED]].fillna(OLDER)
    curves = run.curves("epochs")
    known = dict.fromkeys(curves.keys)
    steps = [curves.curve(key) if key in known else None for key in frame["key"]]
    epochs: Any = [np.empty(0, np.int32) if s is None else s.x.astype(np.int32) for s in steps]
    metrics: Any = [np.empty(0, np.float32) if s is None else s.y.astype(np.float32) for s in steps]
    steps_of = {"steps_epoch": epochs, "steps_metric": metrics}
    return plain(rows.assign(test=_test(frame), **_processor(frame), **steps_of))


def _processor(experiments: pd.DataFrame) -> dict[str, pd.Series]:
    """Return processor seconds in the searcher, and in all else; null where a run has not measured them."""
    names = ("suggest_processor_s", "driver_processor_s")
    suggest, driver = (experiments[name].astype(float) for name in names)
    return {"suggest_s": suggest, "overhead_s": driver - suggest}


def _test(experiments: pd.DataFrame) -> pd.Series:
    """Return the incumbents' test metrics, where they are on the metric's own scale."""
    kinds = [experiments[name].fillna("").astype(str) for name in ("metric", "test_metric")]
    metric, test = (kind.str.removeprefix(prefix) for kind, prefix in zip(kinds, _PREFIXES, strict=True))
    return experiments["test"].astype(float).where(metric == test)


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with numpy's own number types, so that frames of any origin can be joined."""
    rows = rows.assign(**{name: value for name, value in SINCE.items() if name not in rows})
    others = [name for name in rows.columns if name not in COLUMNS]
    rows = rows[[*(name for name in COLUMNS if name in rows), *others]]
    kinds: dict[str, Any] = {}
    for name, kind in COLUMNS.items():
        if not pa.types.is_list(kind):
            whole = kind == pa.int64() and rows[name].notna().all()
            number = pa.types.is_floating(kind) or kind == pa.int64()
            kinds[name] = "int64" if whole else "float64" if number else object
    return rows.astype(kinds).reset_index(drop=True)


def environments(folder: Path) -> dict[str, Environment]:
    """Return the environments' records of a run folder; none if it has no file of them.

    Raises:
        ResultsError: if the file is damaged.
    """
    return records(folder)
