"""The processes of one run as Linux shows them, and the files that a run has left behind."""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Process:
    """A process as /proc shows it at one moment.

    Attributes:
        resident: bytes in memory that it does not share with others.
        files: open file descriptors.
    """

    pid: int
    parent: int
    line: str
    resident: int
    files: int
    threads: int


@dataclass
class Left:
    """What is still there after a run: command lines, paths below its temporary folder, shared memory."""

    processes: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    memory: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.processes or self.files or self.memory)


def marked(mark: str) -> list[Process]:
    """Return the processes that have inherited ``NAME=value`` in their environment, oldest first."""
    word = mark.encode()
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or folder.name == str(os.getpid()):
            continue
        try:
            if word in (folder / "environ").read_bytes().split(b"\0"):
                found.append(_read(folder))
        except (OSError, IndexError, ValueError):  # it has ended meanwhile
            continue
    return sorted(found, key=lambda process: process.pid)


def _read(folder: Path) -> Process:
    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    if fields[0] == "Z":
        raise ValueError("dead, and not yet collected by its parent")
    _, resident, shared, *_ = map(int, (folder / "statm").read_text().split())
    return Process(
        pid=int(folder.name),
        parent=int(fields[1]),
        line=line,
        resident=(resident - shared) * PAGE,
        files=len(list((folder / "fd").iterdir())),
        threads=int(fields[17]),
    )


def entries(folder: Path) -> set[str]:
    """Return the names of what lies in a folder; nothing if it is not there."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def abandoned(folder: Path, owner: str) -> bool:
    """Tell whether a folder's owner has ended: nobody alive has locked a file in it, which says who it was.

    Args:
        folder: one without such a file is anybody's.
        owner: part of the owner's command line; what is another's does not count.
    """
    for path in folder.glob("*.lock"):
        if owner not in path.read_text(errors="replace"):
            return False
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return folder.exists()
