"""Segments of a curve store: two Parquet files each, the heads of some curves and all their epochs.

A segment is ``epochs/NUMBER.parquet`` and then ``curves/NUMBER.parquet``, which commits it and says which
segments it stands for from now on.  A curve lies in one segment.  Only who holds the folder's lock writes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.curves.live.columns import CURVE_COLUMNS, CURVES, EPOCH_COLUMNS, EPOCHS, VERSION
from benchmarks.curves.live.epochs import CurveHead
from benchmarks.curves.live.known import KnownCurves
from benchmarks.curves.live.records import Stored
from results.errors import ResultsError, Unreadable, first_line
from results.files import TEMPORARY, replace_bytes
from results.store.sealed import Damaged, seal_of, sealed

_COLUMNS = {CURVES: CURVE_COLUMNS, EPOCHS: EPOCH_COLUMNS}
_HEAD = [field.name for field in fields(CurveHead)]
_VERSION, _REPLACES = "tunegrid.curves", "tunegrid.replaces"


@dataclass(frozen=True)
class Segment:
    """A committed segment: its number, its heads, how many epochs it has, and the segments it replaces."""

    number: str
    heads: Mapping[str, CurveHead]
    epochs: int
    replaces: frozenset[str]


def path(folder: Path, table: str, number: str) -> Path:
    """Return a file of a segment."""
    return folder / table / f"{number}.parquet"


def numbers(folder: Path, table: str) -> list[str]:
    """Return the segments that have a file of a table, oldest first."""
    files = (folder / table).glob("*.parquet")
    return sorted(file.stem for file in files if not file.name.startswith(TEMPORARY))


def segments(folder: Path, known: Mapping[str, Segment] | None = None) -> dict[str, Segment]:
    """Return the segments that count, oldest first: those that no other one replaces.

    Raises:
        ResultsError: if a file is damaged, or of a newer version.
    """
    present: dict[str, Segment] = {}
    for number in numbers(folder, CURVES):
        with suppress(FileNotFoundError):  # replaced this instant
            present[number] = (known or {}).get(number) or _segment(folder, number)
    replaced: frozenset[str] = frozenset().union(*(segment.replaces for segment in present.values()))
    return {number: segment for number, segment in present.items() if number not in replaced}


def read_all(folder: Path, notes: list[str]) -> KnownCurves:
    """Return what the segments of a folder have, though another process may replace some meanwhile.

    Raises:
        ResultsError: if a file is damaged, or of a newer version.
    """
    seen: dict[str, Segment] = {}
    while True:
        present = seen = segments(folder, seen)
        curves = KnownCurves()
        missing = [number for number, one in present.items() if not read_into(curves, folder, one)]
        if not missing:
            return curves
        now = segments(folder, seen)
        if set(missing) <= set(now):  # nobody has replaced them: somebody has moved the file away
            lost = ", ".join(str(path(folder, EPOCHS, number)) for number in missing)
            notes.append(f"{lost}: missing; the curves that were in it are trained again")
            return curves


def read_into(curves: KnownCurves, folder: Path, segment: Segment) -> bool:
    """Read a segment; return whether its epochs are there.

    Raises:
        ResultsError: if they are damaged, or of a newer version.
    """
    curves.heads.update(segment.heads)
    try:
        table = _read(path(folder, EPOCHS, segment.number), EPOCHS)
    except FileNotFoundError:
        return not segment.epochs
    columns = [table.column(name).to_pylist() for name in EPOCH_COLUMNS]
    curves.extend(zip(columns[0], map(Stored._make, zip(*columns[1:], strict=True)), strict=True))
    return True


def check(folder: Path, table: str, number: str) -> None:
    """Read a file of a segment.

    Raises:
        ResultsError: if it is damaged, or of a newer version.
    """
    with suppress(FileNotFoundError):  # replaced this instant
        _read(path(folder, table, number), table)


def write(folder: Path, curves: KnownCurves, replaces: Collection[str], known: Mapping[str, Segment]) -> None:
    """Write a segment, commit it, and delete those that it replaces.  The lock of the folder must be held.

    Args:
        folder: of the store.
        curves: in it.
        replaces: segments all of whose curves are in it.
        known: the segments that there are.

    Raises:
        OSError: if it cannot be written; all is as it was then.
    """
    used = [*numbers(folder, CURVES), *numbers(folder, EPOCHS)]
    number = f"{max((int(one) for one in used if one.isdecimal()), default=0) + 1:06d}"
    keyed = [(key, *stored) for key, stored in curves.stored()]
    columns = zip(*keyed, strict=True) if keyed else ((),) * len(EPOCH_COLUMNS)
    rows = dict(zip(("key", *Stored._fields), columns, strict=True))
    heads = [curves.heads[key] for key in sorted(curves.heads)]
    about = {name: [getattr(head, name) for head in heads] for name in _HEAD}
    about["epochs"] = [curves.count(head.key) for head in heads]
    try:
        _write(folder, EPOCHS, number, rows, {})
        _write(folder, CURVES, number, about, {_REPLACES: json.dumps(sorted(replaces))})
    except OSError:
        with suppress(OSError):
            path(folder, EPOCHS, number).unlink(missing_ok=True)
        raise
    _tidy(folder, known)


def _tidy(folder: Path, known: Mapping[str, Segment]) -> None:
    """Delete files that count no longer, and what killed writers left."""
    current = segments(folder, known)
    for table in (CURVES, EPOCHS):
        for number in numbers(folder, table):
            if number not in current:
                path(folder, table, number).unlink(missing_ok=True)
        for left in (folder / table).glob(f"{TEMPORARY}*"):
            left.unlink(missing_ok=True)


def _segment(folder: Path, number: str) -> Segment:
    table = _read(path(folder, CURVES, number), CURVES)
    columns = [table.column(name).to_pylist() for name in _HEAD]
    heads = {row[0]: CurveHead(*row) for row in zip(*columns, strict=True)}
    replaces = frozenset(json.loads((table.schema.metadata or {}).get(_REPLACES.encode(), b"[]")))
    return Segment(number, heads, sum(table.column("epochs").to_pylist()), replaces)


def _write(
    folder: Path, name: str, number: str, columns: Mapping[str, Sequence[object]], metadata: Mapping[str, str]
) -> None:
    schema = pa.schema([(column, kind) for column, (kind, _) in _COLUMNS[name].items()])
    table = pa.table(dict(columns), schema=schema)
    entries = {_VERSION: str(VERSION), **metadata}
    replace_bytes(path(folder, name, number), sealed(table, entries, write_page_checksum=True))


def _read(file: Path, name: str) -> pa.Table:
    """Return a file's table.

    Raises:
        FileNotFoundError: if it is not there.
        ResultsError: if it is damaged, or of a newer version.
    """
    try:
        content = file.read_bytes()
        if not seal_of(content):
            raise Damaged("it has no checksum")
        opened = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        version = int((opened.schema_arrow.metadata or {}).get(_VERSION.encode(), b"0"))
        if version <= VERSION:
            table = opened.read(columns=list(_COLUMNS[name]))
            table.validate(full=True)
            if table.column_names != list(_COLUMNS[name]):
                raise Damaged(f"it has not the columns {', '.join(_COLUMNS[name])}")
            return table
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(
            f"{file} is not a readable file of curves ({first_line(error)}); "
            "move it away, and its curves are trained again"
        ) from error
    raise ResultsError(
        f"{file} was written by a newer version of tunegrid (form {version}; this one reads {VERSION}); "
        "update tunegrid, or give another folder for the curves"
    )
