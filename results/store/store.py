"""The result store of a run folder: batches of three Parquet files, committed by a rename.

A batch is written as ``results/<batch>.parquet``, ``trials/<batch>.parquet``, ``experiments/<batch>.parquet``
in that order.  Each is written to a temporary name in its own folder, flushed to the disk and renamed, so a
file is either whole or absent; the experiments file comes last and commits the batch.  A writer that is
killed leaves at most temporary files and files of an uncommitted batch, which readers never look at.

Each file has a checksum of itself (``store.sealed``), and the experiments file those of the other two, so
that a damaged or exchanged file is an error.  Batches of older versions have none, and are read as they are.

One writer at a time, which ``results.locks`` sees to; any number of readers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from results.errors import ResultsError, first_line
from results.files import TEMPORARY
from results.store.batches import COMMIT, ORDER, Batches, tables_of
from results.store.rows import Row, unite

__all__ = ["COMMIT", "ORDER", "TEMPORARY", "ResultsError", "Row", "Store"]


class Store:
    """The three tables in ``folder``, a run folder; what is missing is created by the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._files = Batches(self.folder)

    def batches(self) -> list[str]:
        """Return the committed batches, oldest first."""
        return self._files.names(COMMIT)

    def keys(self) -> set[str]:
        """Return the keys of all committed experiments.

        Raises:
            ResultsError: if an experiments file is damaged, or two have the same experiment.
        """
        by_batch = {batch: self._files.commit(batch).keys for batch in self._current()}
        all_keys: set[str] = set().union(*by_batch.values())
        if len(all_keys) < sum(map(len, by_batch.values())):
            again = next(
                key for key in sorted(all_keys) if sum(key in keys for keys in by_batch.values()) > 1
            )
            first, second, *_ = (batch for batch, keys in by_batch.items() if again in keys)
            raise ResultsError(
                f"{self._files.path(COMMIT, second)} has {again}, which {first}.parquet has too; delete the "
                f"three files {second}.parquet, and resume the run"
            )
        return all_keys

    def write(self, experiments: Sequence[Row], trials: Sequence[Row], results: Sequence[Row]) -> str:
        """Commit one batch of rows, dicts with the columns of ``results.store.schema``, and return its name.

        Columns that a row lacks are null.  ``trials`` may also have ``config/NAME`` columns and ``results``
        a column of numbers for each metric.  Equal rows give equal bytes, in whatever order they come.

        Raises:
            ValueError: if there is no experiment, a key is committed already or given twice, a trial or
                result belongs to no experiment of this batch, or a value does not fit its column.
            ResultsError: if the store is damaged.
            OSError: if it cannot be written, the disk being full perhaps; nothing of the batch is left then.
        """
        tables = tables_of(experiments, trials, results)
        if again := self.keys() & set(tables[COMMIT].column("key").to_pylist()):
            raise ValueError(f"{min(again)} is stored already in {self.folder}; nothing is stored twice")
        return self._files.write(tables)

    def withdraw(self, keys: Collection[str]) -> None:
        """Remove these experiments from the store, so that they can be run again.

        A batch that holds others too is written anew without them, before it is deleted.

        Raises:
            ResultsError: if a batch is damaged.
            OSError: if what is left of a batch cannot be written; that batch is then as it was.
        """
        for batch in self._current():
            whole = self._files.commit(batch).keys
            if whole.isdisjoint(keys):
                continue
            if remaining := pa.array(sorted(whole.difference(keys)), pa.string()):
                read = {name: self._files.read(name, batch) for name in ORDER}
                among = {name: pc.is_in(table.column("key"), remaining) for name, table in read.items()}
                self._files.write({name: read[name].filter(among[name]) for name in ORDER}, replaces=batch)
            self._files.delete(batch)

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
                f"the files in {self.folder / name} do not fit the schema ({first_line(error)}); "
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
        for batch in self._current():
            whole = self._files.commit(batch).keys
            subset = None if keys is None else whole.intersection(keys)
            if subset is None or subset == whole:
                yield self._files.read(name, batch, columns)
            elif subset:
                table = self._files.read(name, batch, columns)
                yield table.filter(pc.is_in(table.column("key").cast(pa.string()), pa.array(sorted(subset))))

    def repair(self) -> list[Path]:
        """Delete what a killed writer left, temporary files and uncommitted batches; return what was deleted.

        Only who holds the lock of the folder may call this, and before it writes: another writer's batch
        looks the same.
        """
        for batch in set(self.batches()).difference(self._current()):
            self._files.delete(batch)
        committed = set(self.batches())
        folders = (self.folder, *(self.folder / name for name in ORDER))
        leftovers = [path for folder in folders for path in sorted(folder.glob(f"{TEMPORARY}*"))]
        for name in ORDER[:-1]:
            orphans = [batch for batch in self._files.names(name) if batch not in committed]
            leftovers += [self._files.path(name, batch) for batch in orphans]
        for path in leftovers:
            path.unlink()
        return leftovers

    def _current(self) -> list[str]:
        """Return the committed batches that no other one replaces, oldest first.

        Raises:
            ResultsError: if an experiments file is damaged.
        """
        there = self.batches()
        replaced = {self._files.commit(batch).replaces for batch in there}
        return [batch for batch in there if batch not in replaced]
