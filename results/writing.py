"""Writing a file so that it is whole or absent, whenever the process or the machine stops."""

from __future__ import annotations

import os
from pathlib import Path

#: How the names of files begin that are not finished.
TEMPORARY = ".tmp-"


def put(path: Path, content: bytes) -> None:
    """Write ``content`` to a temporary name, flush it to the disk, and rename it; make the folder if needed.

    Raises:
        OSError: if that fails, the disk being full perhaps; it names the path, and nothing is left.
    """
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync_folder(path.parent.parent)
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        if temporary.is_file():
            temporary.unlink()
        error.filename = str(path)  # a full disk has none, and a temporary one tells nobody anything
        error.filename2 = None
        raise


def _sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
