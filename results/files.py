"""Files that are whole or absent: written under another name, then renamed."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


class NotWritten(OSError):
    """A file could not be written; the message is one line that names it and the reason."""


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make the file, under a temporary name beside ``path``, and give it its own name.

    What was there before stays as it was if ``write`` fails, and the temporary file is removed.  Folders that are
    missing are made.

    Raises:
        NotWritten: if it cannot be written.
    """
    temporary = path.with_name(f".tmp-{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())  # some file systems say only now that the disk is full
        temporary.replace(path)
    except OSError as error:
        raise NotWritten(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, its line ends as they are; see ``replace``.

    Raises:
        NotWritten: see ``replace``.
    """
    replace(path, lambda file: file.write_text(text, encoding="utf-8", newline="\n"))
