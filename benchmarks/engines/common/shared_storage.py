"""A storage that all nodes of a cluster see: a folder of a network file system, or a bucket.

It is a path such as ``/shared/tune``, or what ``pyarrow.fs.FileSystem.from_uri`` takes:
``s3://bucket/folder``, ``gs://bucket/folder``, with options behind a question mark.
"""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

from pyarrow.fs import FileSystem, LocalFileSystem

from benchmarks.core.hashes import digest

MARKER = "seen-by-all"


def below(storage: str, *names: str) -> str:
    """Return a place in a storage; what stands behind a question mark stays at the end."""
    base, mark, options = storage.partition("?")
    return "/".join([base.rstrip("/"), *names]) + mark + options


def folder_name(run: Path) -> str:
    """Return the name of a run's folder in a storage: the same when it is resumed on the same machine."""
    return f"tunegrid-{digest(f'{platform.node()} {run.absolute()}')}"


def remove(place: str) -> None:
    """Remove a place and all below it, if it is there.

    Raises:
        OSError: if the storage refuses.
    """
    system, path = _opened(place)
    try:
        system.delete_dir(path)
    except FileNotFoundError:
        return


def mark(place: str, text: str) -> None:
    """Write a marker.

    Raises:
        OSError: if the storage refuses.
        ValueError: if there is no such kind of storage.
    """
    system, path = _opened(place)
    if isinstance(system, LocalFileSystem):
        Path(path).mkdir(parents=True, exist_ok=True)
    with system.open_output_stream(f"{path}/{MARKER}") as stream:
        stream.write(text.encode())


def marked(place: str) -> str:
    """Return the marker's text; "" if there is none."""
    system, path = _opened(place)
    try:
        with system.open_input_stream(f"{path}/{MARKER}") as stream:
            return bytes(stream.read()).decode()
    except (FileNotFoundError, OSError):
        return ""


def _opened(place: str) -> tuple[Any, str]:
    if place.startswith("/"):
        return LocalFileSystem(), place
    system, path = FileSystem.from_uri(place)
    return system, path
