"""The tables of one or more run folders, read on first use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Self, TypeVar

import pandas as pd
import pyarrow as pa

from results.compare.curves import Curves
from results.compare.full_trainings import OF_COSTS, TrainingUnits, training_places
from results.compare.incumbents import incumbents, needed
from results.compare.row_sources import FrameRows, RowSource, SeveralSources, StoredRows, frame
from results.compare.trial_ends import OF_RESULTS, OF_TRIALS, late_ends, places
from results.compare.versions import told_apart
from results.errors import ResultsError
from results.store.rows import unite
from results.store.store import Store
from results.types import Axis, Floats

RUN_FILE = "run.toml"


class Run:
    """The committed rows of run folders; the columns are those of ``results.store.schema``.

    Unpacks into its three frames: ``experiments, trials, results = load("runs/x")``.

    Attributes:
        experiments: one row an experiment, and a column ``run``, the folder that it is from.
        trials: one row a trial, with a column ``config/NAME`` for each hyperparameter.
        results: one row a result, with a column for each metric; read when it is first asked for.
        folders: the run folder of each value of ``experiments["run"]``.
        order: names that come first, in this order, wherever names have one.
    """

    order: Sequence[str] = ()

    def __init__(self, experiments: pd.DataFrame, trials: pd.DataFrame, results: pd.DataFrame) -> None:
        """Take frames that are in memory."""
        self._start(experiments, FrameRows({"trials": trials, "results": results}))

    def _start(self, experiments: pd.DataFrame, source: RowSource, whole: Run | None = None) -> None:
        self.experiments = experiments
        self._source = source
        self._whole = whole
        self.folders: Mapping[str, Path] = whole.folders if whole is not None else {}
        self._curves: dict[Axis, Curves] = {}
        self._places: dict[Axis, dict[str, Floats]] = {}

    @classmethod
    def of(cls, experiments: pd.DataFrame, source: RowSource, whole: Run | None = None) -> Self:
        """Return a run whose other rows come from ``source``, and its incumbents from ``whole`` if given."""
        run = cls.__new__(cls)
        run._start(experiments, source, whole)
        return run

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return iter((self.experiments, self.trials, self.results))

    @property
    def repeatable(self) -> pd.DataFrame:
        """The experiments that failed, or lacked a library; what a rule forbids stays forbidden."""
        experiments: pd.DataFrame = self.experiments[~self.experiments["status"].isin(["ok", "incompatible"])]
        return experiments

    @cached_property
    def trials(self) -> pd.DataFrame:
        return self._frame("trials")

    @cached_property
    def results(self) -> pd.DataFrame:
        return self._frame("results")

    def _frame(self, name: str) -> pd.DataFrame:
        keys = None if self._whole is None else set(self.experiments["key"])
        return frame(unite(name, list(self._source.scan(name, keys))))

    def tables(self, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Yield columns of "trials" or "results", perhaps of others too; all rows of each in one table."""
        keys = None if self._whole is None else set(self.experiments["key"])
        return self._source.scan(name, keys, columns)

    def names(self, column: str) -> list[str]:
        """Return the names in ``column`` ("searcher", "scheduler"): of ``order``, then the others sorted."""
        names = sorted(str(name) for name in self.experiments[column].dropna().unique())
        first = [name for name in self.order if name in names]
        return first + [name for name in names if name not in first]

    def only(self, experiments: pd.DataFrame | Iterable[str]) -> Self:
        """Return the run of these rows of its experiments (which may have other columns), or these keys."""
        if not isinstance(experiments, pd.DataFrame):
            experiments = self.experiments[self.experiments["key"].isin(list(experiments))]
        made = self.of(experiments, self._source, self._whole or self)
        made.order = self.order
        return made

    def curves(self, axis: Axis) -> Curves:
        """Return the incumbents of all ok experiments, in the order of their rows; see ``incumbents``.

        The clocks of different engines are different units.
        """
        if self._whole is None:
            self.read_curves([axis])
        elif axis not in self._curves:
            ok = self.experiments[self.experiments["status"] == "ok"]
            self._curves[axis] = self._whole.curves(axis).only(ok["key"])
        return self._curves[axis]

    def places(self, axis: Axis) -> Mapping[str, Floats]:
        """Return where the results of each experiment stand on an axis but "epochs"; read once for all."""
        whole = self._whole or self
        if axis not in whole._places and axis == "trainings":
            units = TrainingUnits(whole.experiments[whole.experiments["status"] == "ok"])
            whole._places[axis] = training_places(whole.tables("results", OF_COSTS), units)
        elif axis not in whole._places:
            late = late_ends(whole.tables("trials", OF_TRIALS)) if axis == "trials" else {}
            whole._places[axis] = places(whole.tables("results", OF_RESULTS), axis, late)
        return whole._places[axis]

    def read_curves(self, axes: Iterable[Axis]) -> None:
        """Read the results once for the incumbents on several axes, which ``curves`` then has."""
        if self._whole is not None:
            self._whole.read_curves(axes)
            return
        missing = [axis for axis in axes if axis not in self._curves]
        if missing:
            ok = self.experiments[self.experiments["status"] == "ok"]
            named = ok.reindex(columns=["metric", "test_metric"])
            metrics = {str(name) for column in named for name in named[column].dropna()}
            tables = self._source.scan("results", None, needed(missing, metrics))
            late = late_ends(self._source.scan("trials", None, OF_TRIALS)) if "trials" in missing else None
            self._curves |= incumbents(ok, tables, missing, late)


R = TypeVar("R", bound=Run)


def load(*runs: str | PathLike[str]) -> Run:
    """Read run folders: the rows of all, as if they were one run.

    int64 columns have the dtype ``Int64``, bool ``boolean``, string ``str``, double ``float64``; the frames
    are empty, with the schema's columns, if nothing is committed yet.

    If runs hold the same experiment, made with other versions perhaps, the searchers of these runs are called
    ``NAME @ RUN``, so that everything shows them side by side; their keys become ``KEY @ RUN``.  Of a part
    that was changed on the way, the versions before the last are called ``NAME @ 3fa1`` (``told_apart``).

    Raises:
        ResultsError: if one is not a run folder or is given twice, or a Parquet file is damaged.
    """
    return load_as(Run, *runs)


def load_as(kind: type[R], *runs: str | PathLike[str]) -> R:
    """Return what ``load`` does, as a kind of run of one's own."""
    folders = [run_folder(run) for run in runs]
    if twice := {folder for folder in folders if [f.resolve() for f in folders].count(folder.resolve()) > 1}:
        raise ResultsError(f"{min(twice)} is given twice; give each run folder once")
    stores = [Store(folder) for folder in folders]
    names = _short(folders)
    keys = [store.keys() for store in stores]
    often = Counter(chain.from_iterable(keys))
    shared = {place for place, own in enumerate(keys) if any(often[key] > 1 for key in own)}
    sources = [
        StoredRows(store, f" @ {name}" if place in shared else "")
        for place, (store, name) in enumerate(zip(stores, names, strict=True))
    ]
    frames = [source.experiments().assign(run=name) for source, name in zip(sources, names, strict=True)]
    run = kind.of(told_apart(pd.concat(frames, ignore_index=True)), SeveralSources(sources))
    run.folders = dict(zip(names, folders, strict=True))
    return run


def run_folder(run: str | PathLike[str]) -> Path:
    """Return ``run`` as a path, if it is a run folder.

    Raises:
        ResultsError: if it is not there, or has no ``run.toml``.
    """
    folder = Path(run)
    if not folder.exists():
        raise ResultsError(f"{folder} does not exist; expected a run folder such as runs/NAME")
    if not (folder / RUN_FILE).is_file():
        raise ResultsError(
            f"{folder} is not a run folder: no {RUN_FILE} in it; give the folder that holds it"
        )
    return folder


def _short(folders: Sequence[Path]) -> list[str]:
    """Return the shortest names that tell the folders apart."""
    parts = [folder.resolve().parts for folder in folders]
    for length in range(1, max(map(len, parts), default=0) + 1):
        names = ["/".join(part[-length:]) for part in parts]
        if len(set(names)) == len(names):
            return names
    return [str(folder) for folder in folders]
