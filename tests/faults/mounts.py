"""Disks that are small, full or read-only, for one command alone; Linux must allow it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

#: Ways to a namespace of mounts: as root, and as anyone where Linux lets users have namespaces.
WAYS = (("unshare", "--mount"), ("unshare", "--mount", "--map-root-user"))


@cache
def namespace() -> Sequence[str]:
    """Return the command that starts others in a namespace of mounts; skip the test if there is none."""
    for way in WAYS:
        asked = [*way, "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]
        try:
            if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
                return way
        except FileNotFoundError:
            break
    pytest.skip("mounting is not permitted here")


def mounted(*commands: str) -> list[str]:
    """Return a prefix that runs these shell commands in a namespace before the command that follows."""
    script = " && ".join([*commands, 'exec "$@"'])
    return [*namespace(), "sh", "-c", script, "sh"]


@contextmanager
def small_disk(folder: Path, options: str) -> Iterator[Path]:
    """Yield ``folder`` as a disk of its own (tmpfs with these options), which only root can mount."""
    folder.mkdir(parents=True)
    asked = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    made = subprocess.run(asked, capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"mounting is not permitted here: {made.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path, leave: int) -> Path:
    """Write a file that leaves this number of bytes of the disk, and return it."""
    disk = os.statvfs(folder)
    free = disk.f_bavail * disk.f_frsize
    filler = folder / "filler"
    with filler.open("wb") as file:
        file.write(b"\0" * max(0, free - leave))
    return filler
