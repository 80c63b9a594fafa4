"""An arm of the gate: one row an experiment, with its incumbent's steps, and the environments it ran in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from results import ResultsError, Run, load, run_folder
from results.schema import EXPERIMENTS

_NAMES = list(EXPERIMENTS)
#: What identifies an experiment: two arms' experiments that agree in all of these are a pair.
SETTING: list[str] = _NAMES[1 : _NAMES.index("status")]
#: A combination on a task.
CELL: list[str] = ["trainable", "searcher", "scheduler"]
#: What else the gate needs of an experiment.
_MEASURED = (
    *("status", "reason", "metric", "mode", "baseline", "optimum", "best", "best_epoch", "trials_run"),
    *("trials_stopped", "epochs_spent", "suggest_s", "environment"),
)
#: All columns of an arm, with their types.  ``overhead_s`` is real time in the scheduler and in Tune (and in
#: what stands for training on the virtual engine); the steps are the incumbent's: epochs spent over all
#: trials, and the metric from then on, in single precision.
COLUMNS: dict[str, pa.DataType] = {name: EXPERIMENTS[name][0] for name in (*SETTING, *_MEASURED)} | {
    "suggest_s": pa.float32(),
    "overhead_s": pa.float32(),
    "steps_epoch": pa.list_(pa.int32()),
    "steps_metric": pa.list_(pa.float32()),
}

Environment = dict[str, Any]
#: Values that runs which are older than the column had.
_OLDER = {
    "same_start": 0,
    "max_failures": 0,
    "time_budget": 0.0,
    "latency": "none",
    "charge_overhead": "none",
}
_OLDER |= {"stragglers": 0.0, "drop_outs": 0.0, "preemptions": 0.0, "speeds": "1"}


class Source(Protocol):
    """Where an arm's experiments come from: they are there, or are run when they are wanted."""

    @property
    def name(self) -> str:
        """How the report calls it."""

    @property
    def environments(self) -> Mapping[str, Environment]:
        """The records of ``provenance.json`` by key."""

    @property
    def template(self) -> pd.DataFrame | None:
        """All its rows, or None if it makes whatever is wanted."""

    def rows(self, wanted: pd.DataFrame) -> pd.DataFrame:
        """Return the experiments that agree with ``wanted`` in ``SETTING``, as far as it has them."""


@dataclass(frozen=True)
class Stored:
    """Experiments that have been run.

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


def stored_run(folder: Path, name: str = "") -> Stored:
    """Return the experiments of a run folder.

    Raises:
        ResultsError: if it is none, or is damaged.
    """
    return Stored(name or str(folder), rows_of(load(folder)), environments(run_folder(folder)))


def rows_of(run: Run) -> pd.DataFrame:
    """Return what the gate needs of a run: ``COLUMNS``, one row an experiment."""
    frame = run.experiments
    rows = frame[[*SETTING, *_MEASURED]].fillna(_OLDER)
    curves = run.curves("epochs")
    known = dict.fromkeys(curves.keys)
    steps = [curves.curve(key) if key in known else None for key in frame["key"]]
    epochs: Any = [np.empty(0, np.int32) if s is None else s.x.astype(np.int32) for s in steps]
    metrics: Any = [np.empty(0, np.float32) if s is None else s.y.astype(np.float32) for s in steps]
    made = rows.assign(overhead_s=_overhead(frame), steps_epoch=epochs, steps_metric=metrics)
    return plain(made)


def _overhead(experiments: pd.DataFrame) -> pd.Series:
    """Return seconds: scheduler and Ray on engine tune; on the virtual one, all but the searcher."""
    real, suggest, decide, ray = (
        experiments[name].astype(float) for name in ("real_s", "suggest_s", "decide_s", "ray_s")
    )
    return (decide + ray).where(ray.notna(), real - suggest)


def plain(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with numpy's own number types, so that frames of any origin can be joined."""
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
        ResultsError: if the file is no JSON.
    """
    path = folder / "provenance.json"
    if not path.is_file():
        return {}
    try:
        records: dict[str, Environment] = json.loads(path.read_text())
    except ValueError as error:
        raise ResultsError(f"{path} is not JSON ({error}); restore it, or delete it") from error
    return records
