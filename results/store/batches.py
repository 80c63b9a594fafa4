"""Files of a batch: written one after the other, sealed, and checked when they are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.parquet as pq

from results.errors import Unreadable, first_line
from results.files import TEMPORARY, replace_bytes
from results.store import checks
from results.store.rows import Row, to_table
from results.store.schema import TABLES
from results.store.sealed import Damaged, seal_of, sealed

#: The order in which a batch's files are written; the last one commits it.
ORDER = ("results", "trials", "experiments")
COMMIT = ORDER[-1]
_BATCH = "tunegrid.batch"  # of an experiments file: what else ``Commit`` knows, as JSON
_STRINGS = {
    name: {column for column, (kind, _) in columns.items() if kind == pa.string()}
    for name, columns in TABLES.items()
}


@dataclass(frozen=True)
class Commit:
    """The commit record in a batch's experiments file.

    Attributes:
        keys: of its experiments.
        incumbents: their keys and best trials.
        seals: of the other files; none if they have none.
        replaces: the batch that this one stands for from now on, should it still be there; "" for none.
    """

    keys: frozenset[str]
    incumbents: pa.Table
    seals: dict[str, str]
    replaces: str


class Batches:
    """The batches of files in a run folder; what was read of one is kept, as none ever changes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._commits: dict[str, Commit] = {}

    def path(self, name: str, batch: str) -> Path:
        """Return where a batch has the table ``name``."""
        return self.folder / name / f"{batch}.parquet"

    def names(self, table: str) -> list[str]:
        """Return the batches that have a file of the table, oldest first."""
        files = (self.folder / table).glob("*.parquet")
        return sorted(path.stem for path in files if not path.name.startswith(TEMPORARY))

    def _next_number(self) -> int:
        """Return a number after every batch's, uncommitted ones included, so that no file is overwritten."""
        numbers = [batch.split("-")[0] for table in ORDER for batch in self.names(table)]
        return max((int(number) for number in numbers if number.isdecimal()), default=-1) + 1

    def delete(self, batch: str) -> None:
        """Delete a batch's files, its commit first: the others then belong to no batch."""
        for name in reversed(ORDER):
            self.path(name, batch).unlink(missing_ok=True)
        self._commits.pop(batch, None)

    def write(self, tables: dict[str, pa.Table], replaces: str = "") -> str:
        """Write the files of one batch and return its name.

        Raises:
            OSError: if that fails; nothing of the batch is left then.
        """
        keys = tables[COMMIT].column("key").to_pylist()
        batch = f"{self._next_number():06d}-{hashlib.sha256(' '.join(keys).encode()).hexdigest()[:10]}"
        seals: dict[str, str] = {}
        try:
            for name in ORDER:
                note = {_BATCH: json.dumps({"seals": seals, "replaces": replaces})} if name == COMMIT else {}
                content = sealed(tables[name], note)
                replace_bytes(self.path(name, batch), content)
                seals[name] = seal_of(content)
        except OSError:
            with suppress(OSError):  # the first error counts
                self.delete(batch)
            raise
        self._commits[batch] = _commit_of(tables[COMMIT], seals, replaces)
        return batch

    def commit(self, batch: str) -> Commit:
        """Return what a batch's experiments file says; it is read once.

        Raises:
            Unreadable: if it is damaged.
        """
        if batch not in self._commits:
            content, seal = self._content(COMMIT, batch)
            try:
                parquet = pq.ParquetFile(pa.BufferReader(content))
                note = (parquet.metadata.metadata or {}).get(_BATCH.encode())
                if note and not seal:
                    raise Damaged("its checksum is gone: it was changed or damaged")
                known: dict[str, Any] = json.loads(note) if note else {"seals": {}, "replaces": ""}
                # Of what is sealed the other columns were checked before, and are not needed here.
                columns = [c for c in _OF_COMMIT if c in parquet.schema_arrow.names] if seal else None
                table = checks.checked(COMMIT, parquet.read(columns), columns)
                checks.unique(COMMIT, table)
                if not seal:
                    table.validate(full=True)
                    checks.complete(table)
            except (pa.ArrowException, OSError, ValueError) as error:
                self._refuse(COMMIT, batch, error)
            self._commits[batch] = _commit_of(table, known["seals"], known["replaces"])
        return self._commits[batch]

    def read(self, name: str, batch: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Return one table of a batch, or the ``columns`` that it has of it; see ``Store.scan``.

        Raises:
            Unreadable: if a file is missing, damaged or foreign.
        """
        commit = self.commit(batch)
        content, seal = self._content(name, batch)
        try:
            if name != COMMIT and seal != commit.seals.get(name, seal):
                raise Damaged("it is not the file that this batch was committed with")
            coded = [] if columns is None else [c for c in columns if c in _STRINGS[name]]
            parquet = pq.ParquetFile(pa.BufferReader(content), read_dictionary=coded)
            there = parquet.schema_arrow.names
            table = parquet.read(columns if columns is None else [c for c in columns if c in there])
            table = checks.checked(name, table, columns)
            if not seal:  # of an older version, or a stranger; what is sealed was checked before
                _examine(name, table, commit, whole=columns is None)
        except (pa.ArrowException, OSError, ValueError) as error:
            self._refuse(name, batch, error)
        return table

    def _content(self, name: str, batch: str) -> tuple[bytes, str]:
        """Return the content of a file and its seal, "" if it has none.

        Raises:
            Unreadable: if it is missing or damaged.
        """
        path = self.path(name, batch)
        try:
            content = path.read_bytes()
            return content, seal_of(content)
        except FileNotFoundError as error:
            raise Unreadable(
                f"{path} is missing though its batch is committed; restore it, or delete "
                f"{self.path(COMMIT, batch)} and resume the run"
            ) from error
        except (OSError, Damaged) as error:
            self._refuse(name, batch, error)

    def _refuse(self, name: str, batch: str, error: Exception) -> NoReturn:
        """Raise the error of a file that cannot be used, with what to do."""
        path, why = self.path(name, batch), first_line(error)
        if isinstance(error, PermissionError):
            raise Unreadable(f"{path} cannot be read: {error.strerror}; check its permissions") from error
        raise Unreadable(
            f"{path} is not a readable Parquet file of the store ({why}); restore it, or delete the three "
            f"files {path.name} and resume the run"
        ) from error


def tables_of(
    experiments: Sequence[Row], trials: Sequence[Row], results: Sequence[Row]
) -> dict[str, pa.Table]:
    """Return the rows of one batch as tables, if they can be stored.

    Raises:
        ValueError: see ``Store.write``.
    """
    rows = {"experiments": experiments, "trials": trials, "results": results}
    tables = {name: checks.checked(name, to_table(name, rows[name])) for name in ORDER}
    keys = tables[COMMIT].column("key").to_pylist()
    if not keys:
        raise ValueError("a batch needs at least one experiment; its row is what commits it")
    for name in reversed(ORDER):
        checks.unique(name, tables[name])
        checks.owned(name, tables[name], keys)
    checks.incumbents_there(tables[COMMIT], tables["trials"])
    return tables


def _examine(name: str, table: pa.Table, commit: Commit, whole: bool) -> None:
    """Raise ValueError for what only a table that was not written here can have."""
    table.validate(full=True)  # no text that is none, no place outside of a dictionary
    if "key" in table.column_names:
        checks.owned(name, table, commit.keys)
    if whole:
        checks.unique(name, table)
        checks.written(name, table)
        if name == "trials":
            checks.incumbents_there(commit.incumbents, table)


_OF_COMMIT = ("key", "best_trial")


def _commit_of(experiments: pa.Table, seals: dict[str, str], replaces: str) -> Commit:
    names = [name for name in _OF_COMMIT if name in experiments.column_names]
    keys = frozenset(experiments.column("key").to_pylist())
    return Commit(keys, experiments.select(names), dict(seals), replaces)
