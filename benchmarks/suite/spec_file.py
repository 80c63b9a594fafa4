"""Spec files: a grid's values as TOML, as a user writes them and as ``run.toml`` keeps them."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.core.refusal import one_line
from benchmarks.suite.misuse import Misuse
from results.store.fields import FIELDS

if TYPE_CHECKING:
    from benchmarks.suite.grid import Grid

MOST_BYTES = 10**6
#: Key of ``run.toml`` -> attribute of a grid.
KEYS = {field.key: field.grid for field in FIELDS}
_AXES = frozenset(field.key for field in FIELDS if field.axis)


def read(path: Path) -> dict[str, Any]:
    """Return the values of a spec file.

    Raises:
        Misuse: if it cannot be read, is too long, or is not TOML.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise Misuse(f"cannot read the spec file {path}: {error.strerror}") from error
    if len(content) > MOST_BYTES:
        raise Misuse(f"{path} has more than {MOST_BYTES:,} bytes; a spec file is shorter")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))  # some editors begin a file with a mark
    except RecursionError as error:
        raise Misuse(f"{path} is not TOML that can be read: too many brackets within each other") from error
    except ValueError as error:  # also text that is not UTF-8, or an integer of thousands of digits
        raise Misuse(f"{path} is not TOML: {one_line(str(error))}") from error


def to_toml(grid: Grid) -> str:
    """Return a grid as TOML text; the last line is a checksum of its values."""
    # JSON's strings, numbers and lists of strings are TOML too, but for two things.
    lines = (f"{key} = {json.dumps(_stored(grid, key), ensure_ascii=False)}\n" for key in KEYS)
    checksum = f"# sha256 of {', '.join(KEYS)}: {_digest(grid, KEYS)}\n"
    return "".join(lines).replace("\x7f", "\\u007f") + checksum


def check_unchanged(path: Path, grid: Grid) -> None:
    """Check that the grid that was read from a run's file is the one that the run began with.

    A value that the file lacks by now counts as its default, and a file without a checksum as unchanged.

    Raises:
        Misuse: if a value was changed or damaged.
    """
    checksums = re.findall(r"# sha256 of ([^:\n]*)(.*)", path.read_bytes().decode())
    if not checksums:
        return
    listed, checksum = checksums[-1]
    keys = listed.split(", ")
    if not {*keys} <= {*KEYS} or checksum != f": {_digest(grid, keys)}":
        raise Misuse(
            f"{path} was changed or damaged since the run began; restore it, or delete its last line to "
            "go on with what it says now"
        )


def _digest(grid: Grid, keys: Iterable[str]) -> str:
    values = [[key, _stored(grid, key)] for key in keys]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _stored(grid: Grid, key: str) -> Any:
    """Return a value as the file has it: one of an axis alone, as older files have it."""
    value = getattr(grid, KEYS[key])
    return value[0] if key in _AXES and len(value) == 1 else value
