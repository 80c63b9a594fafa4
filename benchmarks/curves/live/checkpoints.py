"""Checkpoints of curves: folders under a bound of bytes, dropped in the order of their worth.

``checkpoints/AB/ABCD.../12/`` is the one after epoch 12, ``12-record`` if the epoch was a record of the tuned
metric.  The time of change of a folder is when it was used last.  Nothing is flushed to the disk: a lost
checkpoint costs a training, no result.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks.curves.live.fullness import size
from results.files import TEMPORARY

FOLDER = "checkpoints"
_RECORD = "-record"
#: The share of the bound that other processes may have added before the folder is looked at again.
_UNSEEN = 16
#: The share of the bytes that is dropped when the disk is full.
_ROOM = 4


@dataclass
class KeptCheckpoint:
    """A checkpoint that is kept: its folder, bytes, time of last use (ns), and whether it is a record."""

    folder: Path
    size: int
    used: int
    record: bool


class Checkpoints:
    """The checkpoints in the folder of a curve store.

    Args:
        store: the folder of the store.
        most_bytes: that the checkpoints may take.
        owner: of this process, in the names of folders that are not finished.

    Attributes:
        bytes: that they take.
        evicted: how many were dropped.
        notes: what happened, in words.
    """

    def __init__(self, store: Path, most_bytes: int, owner: str) -> None:
        self.folder = store / FOLDER
        self.most_bytes = most_bytes
        self.bytes = 0
        self.evicted = 0
        self.notes: list[str] = []
        self.touched: set[str] = set()
        self._aside = f"{TEMPORARY}{owner}-"  # what follows has no "-"
        self._numbers = count(1)
        self._by_curve: dict[str, dict[int, KeptCheckpoint]] = {}
        self._clock = 0
        self._unseen = 0
        self.look()

    def look(self) -> None:
        """Count what is there."""
        self._by_curve, self.bytes, self._unseen = {}, 0, 0
        for key_folder in self.folder.glob("[!.]*/*"):
            for folder in _folders(key_folder):
                number, _, record = folder.name.partition("-")
                if number.isdecimal() and record in ("", _RECORD[1:]):
                    with suppress(FileNotFoundError):  # dropped this instant
                        used = folder.stat().st_mtime_ns
                        self._enter(
                            key_folder.name,
                            int(number),
                            KeptCheckpoint(folder, size_of(folder), used, bool(record)),
                        )

    def new(self) -> Path:
        """Return an empty folder on the same file system."""
        folder = self._next_aside()
        folder.mkdir(parents=True)
        return folder

    def keep(self, key: str, epoch: int, folder: Path, record: bool) -> None:
        """Take a folder, from ``new``, as the checkpoint after an epoch; drop others for it."""
        number_of_bytes = size_of(folder)
        self.touched.add(key)
        if number_of_bytes > self.most_bytes:
            self._delete(folder)
            limit = f"checkpoints of more than {size(self.most_bytes)} are not kept"
            if not any(note.startswith(limit) for note in self.notes):
                self.notes.append(f"{limit}, such as that of {key}, epoch {epoch} ({size(number_of_bytes)})")
            return
        place = self.folder / key[:2] / key / f"{epoch}{_RECORD if record else ''}"
        place.parent.mkdir(parents=True, exist_ok=True)
        self._drop(key, epoch)
        try:
            folder.rename(place)
        except OSError:
            if not place.is_dir():
                raise
            self._delete(place)  # another process has kept the same one
            folder.rename(place)
        self._enter(key, epoch, KeptCheckpoint(place, number_of_bytes, self._touch(place), record))
        self._unseen += number_of_bytes
        if self._unseen > self.most_bytes // _UNSEEN:
            self.look()
        self.trim(spare=place)

    def trim(self, spare: Path | None = None) -> None:
        """Drop what is over the bound, but not the checkpoint in ``spare``."""
        if self.bytes > self.most_bytes:
            self._evict(self.bytes - self.most_bytes, spare)

    def get(self, key: str, epoch: int) -> Path | None:
        """Return a checkpoint's folder, None if there is none; it counts as used now."""
        checkpoint = self._by_curve.get(key, {}).get(epoch)
        if checkpoint is None:
            return None
        if not checkpoint.folder.is_dir():  # another process has dropped it
            self._forget(key, epoch)
            return None
        self.touched.add(key)
        checkpoint.used = self._touch(checkpoint.folder)
        return checkpoint.folder

    def epochs(self, key: str) -> list[int]:
        """Return the epochs of a curve that have one, in order."""
        return sorted(self._by_curve.get(key, ()))

    def bytes_of(self, key: str) -> int:
        """Return the bytes of a curve's checkpoints."""
        return sum(checkpoint.size for checkpoint in self._by_curve.get(key, {}).values())

    def make_room(self) -> bool:
        """Drop a share of the checkpoints, as the disk is full; return whether any was dropped."""
        before = self.evicted
        self._evict(max(1, self.bytes // _ROOM))
        return self.evicted > before

    def drop_passed(self, wanted: Callable[[str], bool]) -> None:
        """Drop those that are neither a curve's last nor a record, except of curves that are wanted."""
        for key in list(self._by_curve):
            if not wanted(key):
                for epoch in self.epochs(key)[:-1]:
                    if not self._by_curve[key][epoch].record:
                        self._drop(key, epoch)

    def sweep(self, living: Callable[[], Collection[str]]) -> None:
        """Delete unfinished folders, except those of owners that live and of this process."""
        left = list(self.folder.glob(f"{TEMPORARY}*"))
        owners = living() if left else ()  # after the folders: an owner is known before its first one is made
        for folder in left:
            owner = folder.name.removeprefix(TEMPORARY).rpartition("-")[0]
            if owner not in owners and not folder.name.startswith(self._aside):
                shutil.rmtree(folder, ignore_errors=True)

    def _evict(self, number_of_bytes: int, spare: Path | None = None) -> None:
        """Drop checkpoints of at least so many bytes: the least worth first, of these the longest unused."""
        goal = self.bytes - number_of_bytes
        for _, _, key, epoch in sorted(self._by_worth()):
            if self.bytes <= goal:
                return
            if self._by_curve[key][epoch].folder != spare:
                self._drop(key, epoch)
                self.evicted += 1

    def _by_worth(self) -> Iterator[tuple[int, int, str, int]]:
        for key, by_epoch in self._by_curve.items():
            last = max(by_epoch)
            for epoch, checkpoint in by_epoch.items():
                yield 2 if epoch == last else int(checkpoint.record), checkpoint.used, key, epoch

    def _enter(self, key: str, epoch: int, checkpoint: KeptCheckpoint) -> None:
        by_epoch = self._by_curve.setdefault(key, {})
        if epoch in by_epoch:
            self.bytes -= by_epoch[epoch].size
        by_epoch[epoch] = checkpoint
        self.bytes += checkpoint.size

    def _forget(self, key: str, epoch: int) -> KeptCheckpoint | None:
        by_epoch = self._by_curve.get(key, {})
        checkpoint = by_epoch.pop(epoch, None)
        if checkpoint is not None:
            self.bytes -= checkpoint.size
        if not by_epoch:
            self._by_curve.pop(key, None)
        return checkpoint

    def _drop(self, key: str, epoch: int) -> None:
        if checkpoint := self._forget(key, epoch):
            self._delete(checkpoint.folder)
            with suppress(OSError):  # the last one of its curve
                checkpoint.folder.parent.rmdir()

    def _next_aside(self) -> Path:
        return self.folder / f"{self._aside}{os.getpid()}.{next(self._numbers)}"

    def _delete(self, folder: Path) -> None:
        """Delete a folder such that it is whole or gone for everyone."""
        aside = self._next_aside()
        with suppress(FileNotFoundError):
            folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _touch(self, folder: Path) -> int:
        self._clock = max(self._clock + 1, time.time_ns())
        with suppress(OSError):
            os.utime(folder, ns=(self._clock, self._clock))
        return self._clock


def size_of(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    total = 0
    waiting = [folder]
    while waiting:
        with suppress(FileNotFoundError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    return total


def _folders(folder: Path) -> list[Path]:
    with suppress(OSError):
        return [one for one in folder.iterdir() if one.is_dir()]
    return []
