"""One writer at a time: a lock on a folder or a file, which ends with the process that holds it.

The lock is the kernel's (``flock``), so one that is left by a killed process is none; the file only says who
holds it.  It works between machines on NFS.  Readers need no lock, and wait for none.
"""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import os
import socket
import weakref
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from results.errors import ResultsError

log = logging.getLogger(__name__)

#: What ``flock`` says on a file system that has no locks.
_NONE = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


#: The lock's file in a folder.
NAME = "lock"


class InUse(ResultsError):
    """Another process writes there; the message says which, and since when."""


class Lock:
    """A lock on ``place``; ``with`` holds it, and ``hold`` takes it until the process ends.

    Args:
        place: a folder, which is made if it is missing, or with ``file`` a file, which need not be there.
    """

    def __init__(self, place: Path, *, file: bool = False) -> None:
        self._place = place
        self._path = place.with_name(f".{place.name}.lock") if file else place / NAME
        self._descriptor = -1

    def hold(self) -> Self:
        """Take the lock.

        Raises:
            InUse: if another process holds it.
            OSError: if the file cannot be made there.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        while self._descriptor < 0:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                self._lock(descriptor)
                if self._still(descriptor):  # else its last holder has deleted the file meanwhile
                    self._descriptor = descriptor
            finally:
                if self._descriptor != descriptor:
                    os.close(descriptor)
        _held.add(self)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        holder = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
        with suppress(OSError):  # a full disk; the lock holds without it
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps(holder).encode(), 0)
        return self

    def release(self) -> None:
        """Give the lock back."""
        self._path.unlink(missing_ok=True)
        self.forget()

    def forget(self) -> None:
        """Close the file without a word; the lock is given back when no process has it open."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1

    def __del__(self) -> None:
        self.forget()

    def __enter__(self) -> Self:
        return self.hold()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _lock(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUse(
                f"{self._place} is in use by {_holder(descriptor)}; wait until that has ended, or end it"
            ) from error
        except OSError as error:
            if error.errno not in _NONE:
                raise
            log.warning(
                "%s: this file system has no locks (%s); let nothing else write there",
                self._place,
                error.strerror,
            )

    def _still(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False


def locked(place: Path, *, file: bool = False) -> Lock:
    """Return a lock for ``with``: inside, this process alone writes to ``place``; see ``Lock``.

    Raises:
        InUse: on entering, if another process does.
    """
    return Lock(place, file=file)


def _holder(descriptor: int) -> str:
    """Say who holds a lock, as far as it has said so."""
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {holder['process']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):  # it has taken the lock this instant
        return "another process"


_held: weakref.WeakSet[Lock] = weakref.WeakSet()


def _forget_all() -> None:
    for lock in list(_held):
        lock.forget()


os.register_at_fork(after_in_child=_forget_all)  # a child would hold them when this process is gone


def holder(place: Path) -> str | None:
    """Say who holds the lock on a folder, as far as it has said so; None if nobody does.

    It takes no lock that another process would have to wait for, and makes no file.

    Raises:
        OSError: if the lock cannot be looked at.
    """
    try:
        descriptor = os.open(place / NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:  # who gives it back deletes the file
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(descriptor)
    except OSError as error:
        if error.errno not in _NONE:
            raise
        return _holder(descriptor)  # a file system without locks: as far as its file says
    finally:
        os.close(descriptor)
    return None  # its holder was killed
