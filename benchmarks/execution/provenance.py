"""Provenance: a record of a run's environment, named by a hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.core.machine_record import machine_record, output_of
from benchmarks.core.seeding import canonical
from results.files import replace_bytes
from results.store.provenance import FILE, records

#: Entries of the run's parts; a resumed run has only some of them left.
_OF_PARTS = ("data", "code", "parts")


def record(
    data_keys: Mapping[str, str], versions: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """Return the environment's record.

    Args:
        data_keys: trainable -> checksum of the data that it reads.
        versions: ``Versions.record`` of what is run.
    """
    return {
        **machine_record(),
        "git": _git(),
        "data": dict(sorted(data_keys.items())),
        **{name: dict(part) for name, part in (versions or {}).items()},
    }


def data_key(arrays: Mapping[str, Any]) -> str:
    """Return 16 hexadecimal digits that name the content of arrays, by their names."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(arrays[name].tobytes())
    return digest.hexdigest()[:16]


def key(environment: dict[str, Any]) -> str:
    """Return 12 hexadecimal digits that name the environment."""
    return hashlib.sha256(canonical(environment).encode()).hexdigest()[:12]


def write(folder: Path, environment: dict[str, Any]) -> str:
    """Add the record to ``provenance.json``, which holds one for each environment, and return its key.

    The key is that of a record which is there already if that says all that this one says: what is left of
    a run has the environment of the whole.

    Raises:
        ResultsError: if the file is damaged.
        OSError: if it cannot be written; it names the path.
    """
    there = records(folder)
    for name, known in there.items():
        if _covers(known, environment):
            return name
    name = key(environment)
    replace_bytes(folder / FILE, json.dumps(there | {name: environment}, indent=1).encode())
    return name


def _covers(known: Mapping[str, Any], environment: Mapping[str, Any]) -> bool:
    """Return whether a record says all that another does, and nothing else of machine and packages."""
    fixed = {*known, *environment} - {*_OF_PARTS}
    return all(known.get(name) == environment.get(name) for name in fixed) and all(
        environment.get(name, {}).items() <= known.get(name, {}).items() for name in _OF_PARTS
    )


def _git() -> str:
    """Return the revision of our own source, with a + if it was changed; "" outside a checkout."""
    here = str(Path(__file__).parent)
    if not output_of("git", "-C", here, "ls-files", "--error-unmatch", Path(__file__).name):
        return ""  # an installed copy, perhaps inside somebody else's repository
    revision = output_of("git", "-C", here, "rev-parse", "HEAD")
    changed = output_of("git", "-C", here, "status", "--porcelain", "--untracked-files=no")
    return revision + "+" if changed else revision
