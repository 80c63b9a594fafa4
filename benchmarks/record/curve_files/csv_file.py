"""Reader of CSV files: a header, then a row for each epoch of each configuration."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path
from typing import IO

from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles

DELIMITERS = (",", ";", "\t")  # the first that the header has


def opened(path: Path) -> IO[str]:
    """Return a text file opened for reading, packed by gzip or not.

    Raises:
        OSError: if it cannot be opened.
    """
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def read_csv(path: Path, roles: Roles | None = None) -> CurveRows:
    """Return the rows of a CSV file; all cells are texts.

    The delimiter is a comma, a semicolon or a tab, whichever the header has first in this order.  Empty lines
    do not count.

    Raises:
        CurveFileError: without a header or rows, for a name that comes twice, a row of another length, or
            a file that is no text.
    """
    try:
        with opened(path) as stream:
            head = stream.readline()
            stream.seek(0)
            delimiter = next((mark for mark in DELIMITERS if mark in head), ",")
            return _rows(path, csv.reader(stream, delimiter=delimiter, strict=True), roles or Roles())
    except (UnicodeDecodeError, csv.Error, gzip.BadGzipFile, EOFError) as error:
        raise CurveFileError(
            f"{path} is not a CSV file: {error}; expected UTF-8 text with a header"
        ) from error


def _rows(path: Path, reader: csv._reader, roles: Roles) -> CurveRows:  # type: ignore[name-defined]
    names = [name.strip() for name in next(reader, [])]
    if not any(names):
        raise CurveFileError(f"{path} has no header; expected the names of its columns in the first line")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise CurveFileError(f"{path} has the column {twice[0]!r} twice; rename one")
    cells: list[list[str]] = [[] for _ in names]
    places: list[str] = []
    for row in reader:
        if not row:
            continue
        if len(row) != len(names):
            raise CurveFileError(
                f"line {reader.line_num} of {path} has {len(row)} cells, and the header has {len(names)}; "
                "put text with a comma into quotes"
            )
        for column, cell in zip(cells, row, strict=True):
            column.append(cell.strip())
        places.append(f"line {reader.line_num}")
    if not places:
        raise CurveFileError(f"{path} has a header and no rows; expected a row for each epoch")
    # The name of a pandas index that was written too.
    columns = {name or "unnamed": column for name, column in zip(names, cells, strict=True)}
    return CurveRows(columns, places, roles)
