"""Temporary folders with an owner; those that a killed process leaves, the next run removes.

A folder ``tg-...`` holds a file that its owner has locked.  The system releases the lock when the owner ends,
however it ends; a folder whose lock is free is abandoned.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.util import Finalize
from pathlib import Path

from benchmarks.core.signals import held

PREFIX = "tg-"
LAST = -1000  # what multiprocessing keeps in such a folder is removed before it
LOCK = "owner.lock"
#: In memory, if there is such a disk.
MEMORY = Path("/dev/shm")
MEMORY_BYTES = 64 * 2**20  # it must have free
#: Unix sockets allow 107 characters; Ray's have 70 below the folder, whose own name has 12.
MOST_CHARACTERS = 107 - 70 - 12
PLAIN = re.compile(r"[A-Za-z0-9._/-]+")  # Ray puts the name on command lines
SPARE = ("/tmp", "/var/tmp", "/dev/shm")
PATIENCE_S, LOOK_S = 5.0, 0.02  # with processes that end


@contextmanager
def scratch_folder(in_memory: bool = False) -> Iterator[Path]:
    """Yield a folder that is removed at the end; first remove the abandoned ones.

    Args:
        in_memory: prefer a disk in memory, if there is one with ``MEMORY_BYTES`` free.

    Raises:
        OSError: if no folder for it can be used.
    """
    parent = memory() if in_memory else None
    sweep_once()
    with held():
        folder, lock = _new_folder(parent or base())
    try:
        yield folder
    finally:
        with held():
            _remove(folder)
            os.close(lock)


@cache
def of_process() -> Path:
    """Return a folder that lives as long as this process."""
    sweep_once()
    folder, _ = _new_folder(base())  # the lock is given up by the system
    Finalize(None, _remove, [folder], exitpriority=LAST)
    return folder


def base() -> Path:
    """Return the folder of temporary folders: the system's, if the path of a Unix socket fits below.

    Raises:
        OSError: if there is no such folder.
    """
    preferred = tempfile.gettempdir()
    for name in (preferred, *SPARE):
        short = PLAIN.fullmatch(name) and len(name) <= MOST_CHARACTERS
        if short and Path(name).is_dir() and os.access(name, os.W_OK | os.X_OK):
            return Path(name)
    raise OSError(
        errno.ENAMETOOLONG,
        f"no Unix socket can lie there; set TMPDIR to a folder of at most {MOST_CHARACTERS} plain characters",
        preferred,
    )


def memory() -> Path | None:
    """Return a disk in memory with ``MEMORY_BYTES`` free, or None."""
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK)):
        return None
    disk = os.statvfs(MEMORY)
    return MEMORY if disk.f_bavail * disk.f_frsize >= MEMORY_BYTES else None


@cache
def sweep_once() -> None:
    """Sweep once in this process."""
    sweep()


def sweep() -> list[Path]:
    """Remove this user's abandoned folders, and return them."""
    return [folder for folder in folders() if _remove_if_abandoned(folder)]


def folders() -> list[Path]:
    """Return the temporary folders that there are, of living processes too."""
    listed = []
    for parent in {Path(tempfile.gettempdir()), *map(Path, SPARE)}:
        with suppress(OSError):  # one that cannot be read
            listed += list(parent.glob(f"{PREFIX}*"))
    return listed


def _remove_if_abandoned(folder: Path) -> bool:
    """Remove the folder if it is this user's and abandoned; return whether it was."""
    with suppress(OSError):
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            return False
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            end_strays(folder)
            _remove(folder)
            return True
        finally:
            os.close(lock)
    return False


def end_strays(folder: Path) -> None:
    """Kill the processes that a program has left, those whose TMPDIR is this folder, and wait for their end.

    A process that only reads a file of the folder is not one of them.  One that is started meanwhile, by one
    that still lives, is found in the next round.  Linux only.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        strays, starting = _strays(folder)
        if not strays and not starting:
            return
        for pid in strays:
            with suppress(OSError):  # it has ended
                os.kill(pid, signal.SIGKILL)
        time.sleep(LOOK_S)


def _strays(folder: Path) -> tuple[list[int], bool]:
    """Return the processes with this TMPDIR, but for our own, and whether one is starting.

    A process that is starting runs a program and has neither arguments nor an environment yet, so that it
    cannot be told whose it is.  A dead one, and a thread of the kernel, has no program.
    """
    mark = f"TMPDIR={folder}".encode()
    pids, starting = [], False
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another user's
            begun = (process / "cmdline").read_bytes()  # read first: with arguments it has its environment
            environment = (process / "environ").read_bytes().split(b"\0")
            if mark in environment and process.name != str(os.getpid()):
                pids.append(int(process.name))
            elif not begun and (process / "exe").readlink():
                starting = True
    return pids, starting


def _remove(folder: Path) -> None:
    """Remove a folder, its lock last: what a process killed meanwhile leaves can be swept."""
    with suppress(OSError):
        for entry in os.scandir(folder):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            elif entry.name != LOCK:
                Path(entry.path).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _sign(lock: int) -> None:
    """Write the owner's process id and command into a lock file."""
    with suppress(OSError):  # the disk is full; the lock is all that is needed
        os.write(lock, os.fsencode(f"{os.getpid()} {shlex.join(sys.argv)}\n"))


def _new_folder(parent: Path) -> tuple[Path, int]:
    """Return a new folder in ``parent``, and the descriptor by which this process holds its lock."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        with suppress(OSError):  # another process has swept it meanwhile
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(lock), (folder / LOCK).stat()):
                _sign(lock)
                return folder, lock
        os.close(lock)
