"""Sealed Parquet files: each carries its own checksum, so that a changed bit is an error.

The seal is the SHA-256 of the whole file, taken while 64 zeros stand in its place.  It is a value of the
file's own metadata: one file is enough, however it is copied, and every reader of Parquet reads it.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from results.errors import Unreadable, first_line

_KEY = b"tunegrid.seal"
_MARK = b"tunegrid-sha256="
_DIGITS = 64
_BLANK = b"0" * _DIGITS


class Damaged(ValueError):
    """A file that is not what was written; the message says how that shows."""


def sealed(table: pa.Table, metadata: Mapping[str, str] | None = None, **options: Any) -> bytes:
    """Return a table as a sealed Parquet file; equal tables give equal bytes.

    Args:
        table: its own metadata is left out.
        metadata: of the file, in place of the table's.
        options: of ``pyarrow.parquet.write_table``.
    """
    named = {key.encode(): value.encode() for key, value in (metadata or {}).items()}
    marked = table.replace_schema_metadata({**named, _KEY: _MARK + _BLANK})
    file = io.BytesIO()
    pq.write_table(marked, file, compression="zstd", **options)
    content = file.getvalue()
    place = content.rfind(_MARK) + len(_MARK)
    return content[:place] + _digest(content, place) + content[place + _DIGITS :]


def seal_of(content: bytes) -> str:
    """Return the seal of a file's content; "" of one without, as older versions wrote them.

    Raises:
        Damaged: if the content does not fit its seal.
    """
    place = content.rfind(_MARK) + len(_MARK)
    if place < len(_MARK):
        return ""
    digest = _digest(content, place)
    if content[place : place + _DIGITS] != digest:
        raise Damaged("it does not fit its checksum: it was changed or damaged")
    return digest.decode()


def read_sealed(path: Path, remedy: str) -> pa.Table:
    """Return the table in a Parquet file, sealed or of an older version.

    Args:
        path: of the file.
        remedy: what to do if it cannot be read, as the end of a sentence.

    Raises:
        Unreadable: if it cannot be read, or is damaged.
    """
    try:
        content = path.read_bytes()
        seal_of(content)
        table = pq.read_table(pa.BufferReader(content))
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(f"{path} is not a readable file ({first_line(error)}); {remedy}") from error
    return table


def _digest(content: bytes, place: int) -> bytes:
    """Return the SHA-256 of ``content`` with zeros for the digits at ``place``, as hexadecimal digits."""
    view = memoryview(content)
    digest = hashlib.sha256(view[:place])
    digest.update(_BLANK)
    digest.update(view[place + _DIGITS :])
    return digest.hexdigest().encode()
