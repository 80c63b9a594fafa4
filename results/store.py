"""The result store of a run folder: batches of three Parquet files, committed by a rename.

A batch is written as ``results/<batch>.parquet``, ``trials/<batch>.parquet``, ``experiments/<batch>.parquet``
in that order.  Each is written to a temporary name in its own folder, flushed to the disk and renamed, so a
file is either whole or absent; the experiments file comes last and commits the batch.  A writer that is
killed leaves at most temporary files and files of an uncommitted batch, which readers never look at.

One writer at a time; any number of readers.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from results._rows import Row, to_table, unite
from results.schema import TABLES

#: The order in which a batch's files are written; the last one commits it.
ORDER = ("results", "trials", "experiments")
COMMIT = ORDER[-1]
TEMPORARY = ".tmp-"
_STRINGS = {
    name: {column for column, (kind, _) in columns.items() if kind == pa.string()}
    for name, columns in TABLES.items()
}


class ResultsError(Exception):
    """Results cannot be read or shown; one line: what is wrong, what was expected, what to do."""


class Store:
    """The three tables in ``folder``, a run folder; what is missing is created by the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._keys: dict[str, frozenset[str]] = {}  # committed batch -> its keys; a batch never changes

    def batches(self) -> list[str]:
        """Return the committed batches, oldest first."""
        return self._names(COMMIT)

    def keys(self) -> set[str]:
        """Return the keys of all committed experiments.

        Raises:
            ResultsError: if an experiments file is damaged.
        """
        for batch in self.batches():
            if batch not in self._keys:
                column = self._read(COMMIT, batch, columns=["key"]).column("key")
                self._keys[batch] = frozenset(column.to_pylist())
        return set().union(*self._keys.values())

    def write(self, experiments: Sequence[Row], trials: Sequence[Row], results: Sequence[Row]) -> str:
        """Commit one batch of rows, dicts with the columns of ``results.schema``, and return its name.

        Columns that a row lacks are null.  ``trials`` may also have ``config/NAME`` columns and ``results``
        a column of numbers for each metric.  Equal rows give equal bytes, in whatever order they come.

        Raises:
            ValueError: if there is no experiment, a key is committed already or given twice, a trial or
                result belongs to no experiment of this batch, or a value does not fit its column.
            ResultsError: if the store is damaged.
        """
        rows = {"experiments": experiments, "trials": trials, "results": results}
        tables = {name: to_table(name, rows[name]) for name in ORDER}
        self._check(tables)
        return self._commit(tables)

    def withdraw(self, keys: Collection[str]) -> None:
        """Take these experiments out of the store, so that they can be run again.

        A batch that holds others too is written anew without them.  Who is killed in between loses these
        others, and a resumed run repeats them.

        Raises:
            ResultsError: if a batch is damaged.
        """
        self.keys()
        for batch in self.batches():
            if own := self._keys[batch].intersection(keys):
                kept = pa.array(sorted(self._keys[batch] - own), pa.string())
                read = {name: self._read(name, batch) for name in ORDER}
                for name in reversed(ORDER):  # its commit first: what is left is nobody's
                    (self.folder / name / f"{batch}.parquet").unlink()
                del self._keys[batch]
                if len(kept):
                    among = {name: pc.is_in(table.column("key"), kept) for name, table in read.items()}
                    self._commit({name: table.filter(among[name]) for name, table in read.items()})

    def read(self, name: str) -> pa.Table:
        """Return the committed rows of one table ("experiments", "trials" or "results"), oldest batch first.

        Raises:
            ResultsError: if a Parquet file is damaged or missing; the message names it.
        """
        tables = list(self.scan(name))
        try:
            return unite(name, tables)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise ResultsError(
                f"the files in {self.folder / name} do not fit results/schema.py ({_line(error)}); "
                "read them with the version that wrote them"
            ) from error

    def scan(
        self, name: str, keys: Collection[str] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[pa.Table]:
        """Yield the committed rows of one table batch by batch, oldest first.

        Args:
            name: "experiments", "trials" or "results".
            keys: only the rows of these experiments; batches without any of them are not opened.
            columns: only these, of those that a batch has; their strings come as dictionaries, which are
                read several times as fast.

        Raises:
            ResultsError: if a Parquet file is damaged or missing; the message names it.
        """
        if keys is not None:
            self.keys()
        for batch in self.batches():
            own = None if keys is None else self._keys[batch].intersection(keys)
            if own is None or own == self._keys[batch]:
                yield self._read(name, batch, columns)
            elif own:
                table = self._read(name, batch, columns)
                yield table.filter(pc.is_in(table.column("key").cast(pa.string()), pa.array(sorted(own))))

    def repair(self) -> list[Path]:
        """Delete what a killed writer left, temporary files and uncommitted batches; return what was deleted.

        Only a writer may call this, and before it writes: another writer's batch looks the same.
        """
        committed = set(self.batches())
        leftovers = [path for name in ORDER for path in sorted((self.folder / name).glob(f"{TEMPORARY}*"))]
        for name in ORDER[:-1]:
            orphans = [batch for batch in self._names(name) if batch not in committed]
            leftovers += [self.folder / name / f"{batch}.parquet" for batch in orphans]
        for path in leftovers:
            path.unlink()
        return leftovers

    def _commit(self, tables: dict[str, pa.Table]) -> str:
        """Write the files of one batch and return its name."""
        keys = tables[COMMIT].column("key").to_pylist()
        batch = f"{self._next_number():06d}-{hashlib.sha256(' '.join(keys).encode()).hexdigest()[:10]}"
        for name in ORDER:
            self._put(tables[name], self.folder / name / f"{batch}.parquet")
        self._keys[batch] = frozenset(keys)
        return batch

    def _names(self, table: str) -> list[str]:
        files = (self.folder / table).glob("*.parquet")
        return sorted(path.stem for path in files if not path.name.startswith(TEMPORARY))

    def _next_number(self) -> int:
        """Return a number after every batch's, uncommitted ones included, so that no file is overwritten."""
        numbers = [batch.split("-")[0] for table in ORDER for batch in self._names(table)]
        return max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1

    def _check(self, tables: dict[str, pa.Table]) -> None:
        keys = tables[COMMIT].column("key").to_pylist()
        if not keys:
            raise ValueError("a batch needs at least one experiment; its row is what commits it")
        if len(set(keys)) < len(keys):
            raise ValueError(f"the batch has {_first_double(keys)} twice; a key names one experiment")
        if again := self.keys() & set(keys):
            raise ValueError(f"{min(again)} is stored already in {self.folder}; nothing is stored twice")
        for name in ORDER[:-1]:
            if strangers := set(tables[name].column("key").to_pylist()) - set(keys):
                raise ValueError(f"{name} has rows of {min(strangers)}, which is no experiment of this batch")

    def _put(self, table: pa.Table, path: Path) -> None:
        """Write ``table`` so that ``path`` is whole or absent, whenever the process or machine stops."""
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(path.parent.parent)
        temporary = path.with_name(TEMPORARY + path.name)
        with temporary.open("wb") as file:
            pq.write_table(table, file, compression="zstd")
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)

    def _read(self, name: str, batch: str, columns: Sequence[str] | None = None) -> pa.Table:
        path = self.folder / name / f"{batch}.parquet"
        try:
            # A file object, not a name: pyarrow would otherwise guess partitions from the folder's name.
            with path.open("rb") as file:
                coded = [] if columns is None else [c for c in columns if c in _STRINGS[name]]
                parquet = pq.ParquetFile(file, read_dictionary=coded)
                there = parquet.schema_arrow.names
                return parquet.read(columns if columns is None else [c for c in columns if c in there])
        except FileNotFoundError as error:
            raise ResultsError(
                f"{path} is missing though its batch is committed; restore it, or delete "
                f"{self.folder / COMMIT / path.name} and resume the run"
            ) from error
        except (pa.ArrowException, OSError) as error:
            raise ResultsError(
                f"{path} is not a readable Parquet file ({_line(error)}); restore it, or delete the three "
                f"files {path.name} and resume the run"
            ) from error


def _sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _first_double(keys: list[str]) -> str:
    return next(key for index, key in enumerate(keys) if key in keys[:index])


def _line(error: Exception) -> str:
    """Return the first line of what ``error`` says."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")
