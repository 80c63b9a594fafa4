"""Files that are whole or absent, whenever the process or the machine stops: written aside, then renamed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

#: How the names of files begin that are not finished.
TEMPORARY = ".tmp-"


class NotWritten(OSError):
    """A file could not be written; ``errno`` says why, ``filename`` which."""

    def __str__(self) -> str:
        return f"{self.filename} cannot be written: {self.strerror}" if self.filename else super().__str__()


def replace(path: Path, write: Callable[[Path], object]) -> None:
    """Let ``write`` make the file, under a temporary name beside ``path``, and give it its own name.

    What was there before stays as it was if ``write`` fails, and the temporary file is removed.  Folders that
    are missing are made.  What is written is on the disk when this returns.

    Raises:
        NotWritten: if it cannot be written.
        NotADirectoryError, FileExistsError: if what should be its folder is a file.
    """
    temporary = path.with_name(f"{TEMPORARY}{os.getpid()}-{path.name}")
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            _sync(path.parent.parent)
        write(temporary)
        _sync(temporary)  # some file systems say only now that the disk is full
        temporary.replace(path)
        _sync(path.parent)
    except (NotADirectoryError, FileExistsError):  # a mistake in the path, not a want of room
        raise
    except OSError as error:
        raise NotWritten(error.errno, error.strerror or str(error), str(path)) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def check_place(path: Path) -> None:
    """Raise now what ``replace`` would raise for want of a place: before the work whose result it is to take.

    Raises:
        NotWritten: if ``path`` is a folder, or its folder may not be written to.
        NotADirectoryError: if what should be its folder is a file.
    """
    above = next(folder for folder in path.absolute().parents if os.path.lexists(folder))
    if path.is_dir():
        raise _refused(NotWritten, errno.EISDIR, path)
    if not above.is_dir():
        raise _refused(NotADirectoryError, errno.ENOTDIR, above)
    if not os.access(above, os.W_OK | os.X_OK):
        raise _refused(NotWritten, errno.EACCES, path)


def _refused(kind: type[OSError], number: int, path: Path) -> OSError:
    return kind(number, os.strerror(number), str(path))


def replace_bytes(path: Path, content: bytes) -> None:
    """Write ``content``; see ``replace``.

    Raises:
        NotWritten: see ``replace``.
    """
    replace(path, lambda file: file.write_bytes(content))


def replace_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, its line ends as they are; see ``replace``.

    Raises:
        NotWritten: see ``replace``.
    """
    replace(path, lambda file: file.write_text(text, encoding="utf-8", newline="\n"))


def _sync(path: Path) -> None:
    """Make a file, or the renames in a folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
