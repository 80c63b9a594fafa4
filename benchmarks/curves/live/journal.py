"""Journals: what one process adds to a curve store, a line at a time.

A line is written by one call of the system to a descriptor that appends, so what was written survives the end
of the process, however it ends.  Its writer holds a lock on the file; one whose lock is free has lost its
writer.  A journal gets its name when it is locked, so that none is taken for an orphan before.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.curves.live.records import FORM, read_lines
from results.errors import ResultsError
from results.files import TEMPORARY

_BEGINNING_S = 60.0  # a journal has its name long before
_CHUNK = 1000  # lines that are read at a time
PREFIX, SUFFIX = "journal-", ".jsonl"
#: What ``flock`` says on a file system without locks, where no journal is known to be an orphan.
_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL}


class Journal:
    """The journal that this process writes in a folder.

    Args:
        folder: of the store.
        owner: which store writes it; names of journals begin with the time, so they are read in order.

    Raises:
        OSError: if it cannot be made.
    """

    def __init__(self, folder: Path, owner: str) -> None:
        name = f"{PREFIX}{time.time_ns():020d}-{owner}{SUFFIX}"
        aside = folder / f"{TEMPORARY}{name}"
        self.path = folder / name
        self._descriptor = os.open(
            aside, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666
        )
        self._torn = False
        try:
            with suppress(OSError):  # a file system without locks
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            aside.rename(self.path)
        except OSError:
            os.close(self._descriptor)
            self._descriptor = -1
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        _open.add(self)

    def write(self, lines: bytes) -> None:
        """Append whole lines.

        Raises:
            OSError: if there is no room for all of them; nothing of them counts then.
        """
        content = b"\n" + lines if self._torn else lines
        try:
            written = os.write(self._descriptor, content)
            if written < len(content):  # the disk became full in the middle
                self._cut(written)
                written = os.write(self._descriptor, content)  # which says why
                if written < len(content):
                    self._cut(written)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.path))
        except OSError as error:
            error.filename = str(self.path)
            raise
        self._torn = False

    def _cut(self, written: int) -> None:
        """Remove the last bytes again; if that fails, the next line begins on a new one."""
        try:
            os.ftruncate(self._descriptor, os.fstat(self._descriptor).st_size - written)
        except OSError:
            self._torn = True

    def close(self) -> None:
        """Give up the lock; the journal is an orphan then."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    @property
    def usable(self) -> bool:
        """Whether this process can write it; a child of the one that made it cannot."""
        return self._descriptor >= 0

    def __del__(self) -> None:
        self.close()


_open: weakref.WeakSet[Journal] = weakref.WeakSet()


def _close_all() -> None:
    for journal in list(_open):
        journal.close()


os.register_at_fork(after_in_child=_close_all)  # a child would hold the locks when this process is gone


def new_owner() -> str:
    """Return a name for a store that is opened, which no other one has."""
    return f"{os.getpid()}x{secrets.token_hex(6)}"


def owner_of(path: Path) -> str:
    """Return whose journal a file is."""
    return path.name.removesuffix(SUFFIX).rpartition("-")[2]


def journals(folder: Path) -> list[Path]:
    """Return the journals in a folder, oldest first."""
    return sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))


def unnamed(folder: Path) -> list[Path]:
    """Return the empty files of processes that ended while they began a journal, a minute ago or more."""
    begun = folder.glob(f"{TEMPORARY}{PREFIX}*")
    return [path for path in begun if is_orphan(path) and time.time() - path.stat().st_mtime > _BEGINNING_S]


def is_orphan(path: Path) -> bool:
    """Tell whether a journal has lost its writer; one that is gone meanwhile has not."""
    with _orphan(path) as orphan:
        return orphan


@contextmanager
def _orphan(path: Path) -> Iterator[bool]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        except OSError as error:
            if error.errno not in _NO_LOCKS:
                raise
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def content_of(path: Path) -> bytes:
    """Return the content of a journal; nothing if its writer has put it into Parquet meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def read_journal(path: Path, content: bytes, notes: list[str]) -> Iterator[dict[str, Any]]:
    """Yield the records of a journal; what is damaged is left out, and noted.

    A last line that was cut off, as by the end of its writer, is left out silently.

    Raises:
        ResultsError: if a newer version has written it.
    """
    lines = content.split(b"\n")
    for start in range(0, len(lines), _CHUNK):
        chunk = lines[start : start + _CHUNK]
        for number, (line, record) in enumerate(zip(chunk, read_lines(chunk), strict=True), start + 1):
            if record is not None:
                if record.get("form", FORM) > FORM:
                    raise ResultsError(
                        f"{path} was written by a newer version of tunegrid; update that, or give another "
                        "folder for the curves"
                    )
                yield record
            elif line and number < len(lines):
                notes.append(
                    f"{path}: line {number} does not fit its checksum; it is left out, and trained again"
                )
