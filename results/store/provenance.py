"""The records of the environments in which a run's experiments ran, by the keys that its rows name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from results.errors import Unreadable
from results.store.documents import digest, read_object

FILE = "provenance.json"
_DIGITS = 12  # of a key: the first of its record's SHA-256
_REMEDY = "restore it, or delete it"


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the records of a run folder by their keys; none if it has no such file.

    Raises:
        Unreadable: if the file is damaged or another one.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    every = read_object(path, _REMEDY)
    for key, record in every.items():
        if not isinstance(record, dict):
            raise Unreadable(f"{path}: {key} is not a record of an environment; {_REMEDY}")
        for part in ("packages", "data"):
            if not isinstance(record.get(part, {}), dict):
                raise Unreadable(f"{path}: {part} of {key} is not a mapping of names; {_REMEDY}")
        if len(key) == _DIGITS and digest(record)[:_DIGITS] != key:
            raise Unreadable(f"{path}: the record {key} was changed or damaged; {_REMEDY}")
    return every
