"""Outcomes that travel: files come with them from a machine that cannot write into the run's folder."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from benchmarks.core.machine_record import machine_record
from benchmarks.engines.common.outcome import Outcome

#: The record is made once in each process.
_machine = cache(machine_record)


def pack(outcome: Outcome, folder: Path | None, node: str) -> None:
    """Give an outcome the files below a folder, and what is known of this machine.

    Args:
        folder: None if it leaves no files.
        node: the machine's address.
    """
    outcome.files = files_of(folder) if folder else {}
    outcome.environment = dict(_machine())
    outcome.row["node"] = f"{platform.node()} {node}".strip()


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their paths in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder.

    Raises:
        OSError: if one cannot be written.
    """
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
