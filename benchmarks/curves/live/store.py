"""The curve store: every real training once, for all runs that share the folder.

What is added is in a journal at once, and in Parquet when the store is closed.  Several processes may use a
folder at the same time; each sees what was there when it opened the folder, and what it adds itself.  A store
is used by one thread at a time.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from benchmarks.curves.live.checkpoints import Checkpoints
from benchmarks.curves.live.compaction import compact, living
from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.fullness import is_full
from benchmarks.curves.live.journal import is_orphan, journals, new_owner
from benchmarks.curves.live.reading import read
from benchmarks.curves.live.records import Stored, epoch_line, forget_line, test_line
from benchmarks.curves.live.room import Room
from benchmarks.curves.live.texts import encoded, writable
from benchmarks.curves.live.writer import Writer
from results.locks import InUse

#: Bytes of checkpoints that are kept if nothing else is asked for.
MOST_BYTES = 10 * 2**30
_KEY = re.compile(r"[0-9a-z]{3,64}")


class CurveStore:
    """Curves in a folder, shared by runs.

    Args:
        folder: is made if it is missing.  Journals of processes that have ended are put into Parquet.
        most_bytes: that the checkpoints may take.

    Attributes:
        epochs_read: epochs that were there when it was opened.
        epochs_added: that this process has added.
        notes: what was left out or not kept, in words.

    Raises:
        ResultsError: if a file is damaged, or of a newer version.
        StoreFull: if the disk is full and the folder is not there.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = Path(folder)
        self.notes: list[str] = []
        self.epochs_added = 0
        self._owner = new_owner()
        self._room = Room(self.folder)
        self._writer = Writer(self.folder, self._owner, self._room, self.notes)
        self._room.write(lambda: self.folder.mkdir(parents=True, exist_ok=True))
        self._take_over()
        self._curves = read(self.folder, self.notes)
        self.epochs_read = len(self._curves)
        self._checkpoints = self._room.checkpoints = Checkpoints(self.folder, most_bytes, self._owner)
        self._checkpoints.notes = self.notes
        self._checkpoints.sweep(self._living)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def checkpoints_bytes(self) -> int:
        """Bytes that the checkpoints take."""
        return self._checkpoints.bytes

    @property
    def checkpoints_evicted(self) -> int:
        """How many checkpoints this process has dropped as there were too many."""
        return self._checkpoints.evicted

    def heads(self) -> Mapping[str, CurveHead]:
        """Return the heads of all curves by key."""
        return self._curves.heads

    def epochs(self, key: str) -> Sequence[TrainedEpoch]:
        """Return the epochs of a curve in order; none if it is unknown."""
        return self._curves.trained(key)

    def add(self, head: CurveHead, epoch: TrainedEpoch) -> None:
        """Add the next epoch of a curve; it survives the end of this process, however that comes.

        Raises:
            ValueError: if it is not the curve's next epoch, the curve has failed, or is another one.
            StoreFull: if the disk is full.
        """
        key = head.key
        known = self._curves.heads.get(key)
        head = known if known is not None and known == head else self._same_head(head, known)
        last, expected = self._curves.last(key), self._curves.next_epoch(head)
        if last is not None and last.failure:
            raise ValueError(
                f"curve {key} has failed at epoch {last.epoch}; forget its failure before it goes on"
            )
        if epoch.epoch != expected:
            raise ValueError(f"curve {key}: epoch {epoch.epoch} was added where {expected} comes next")
        if epoch.failure:
            epoch = replace(epoch, report={}, failure=writable(epoch.failure))
        stored = Stored.of(epoch)
        self._writer.write(head, epoch_line(key, stored))
        self._curves.heads[key] = head
        self._curves.append(key, stored)
        self.epochs_added += 1

    def add_test(self, key: str, epoch: int, metrics: Mapping[str, float]) -> None:
        """Add test metrics that were measured later.

        Raises:
            ValueError: if there is no such epoch.
            StoreFull: if the disk is full.
        """
        if not any(one.epoch == epoch for one in self._curves.trained(key)):
            raise ValueError(f"curve {key} has no epoch {epoch} whose test metrics could be added")
        test = encoded(metrics)
        self._writer.write(self._curves.heads[key], test_line(key, epoch, test))
        self._curves.add_test(key, epoch, test)

    def forget_failure(self, key: str) -> None:
        """Remove the failure that ends a curve, if one does, so that it may be continued.

        Raises:
            StoreFull: if the disk is full.
        """
        last = self._curves.last(key)
        if last is not None and last.failure:
            self._writer.write(self._curves.heads[key], forget_line(key))
            self._curves.forget_failure(key)

    def new_checkpoint(self) -> Path:
        """Return an empty folder, on the same file system, for a checkpoint.

        Raises:
            StoreFull: if the disk is full.
        """
        self._writer.begin()  # which says that this process lives
        return self._room.write(self._checkpoints.new)

    def keep_checkpoint(self, key: str, epoch: int, folder: Path, record: bool = False) -> None:
        """Take a folder from ``new_checkpoint`` as the checkpoint after an epoch; others are dropped for it.

        Args:
            key: of the curve.
            epoch: after which it was saved.
            folder: is moved.
            record: whether the epoch was a record of the tuned metric in its curve.

        Raises:
            StoreFull: if the disk is full.
        """
        _check_key(key)
        self._room.write(lambda: self._checkpoints.keep(key, epoch, folder, record))

    def make_room(self) -> None:
        """Drop checkpoints that can be made again, after another process has found the disk full.

        Raises:
            StoreFull: if there are none.
        """
        self._room.make()

    def checkpoint(self, key: str, epoch: int) -> Path | None:
        """Return the folder of a checkpoint, None if there is none; it counts as used now.

        It may be dropped at any time, by another process too: who reads it must be ready to train again.
        """
        return self._checkpoints.get(key, epoch)

    def checkpoints(self, key: str) -> Sequence[int]:
        """Return the epochs of a curve that have a checkpoint, in order."""
        return self._checkpoints.epochs(key)

    def compact(self) -> None:
        """Put the journals into Parquet; those of living processes stay beside it.

        Raises:
            ResultsError: if a file is damaged.
            StoreFull: if the disk is full; the journal is as it was then.
        """
        self._writer.put_away(again=True)

    def close(self, unfinished: Collection[str] | None = None) -> None:
        """Compact, and drop the checkpoints that no later run can want.

        These are the ones that are neither the last of their curve nor a record, and what is over the bound.
        While other processes use the folder, only curves count of which this one has kept or used one.

        Args:
            unfinished: keys of curves that keep all their checkpoints.

        Raises:
            ResultsError: if a file is damaged.
            StoreFull: if the disk is full; the journal stays, and is read by who opens the folder next.
        """
        try:
            self._writer.put_away(again=False)
        finally:
            others, checkpoints = self._living(), self._checkpoints
            mine, wanted = checkpoints.touched, frozenset(unfinished or ())
            checkpoints.drop_passed(lambda key: key in wanted or (bool(others) and key not in mine))
            checkpoints.trim()

    def _same_head(self, head: CurveHead, known: CurveHead | None) -> CurveHead:
        """Return a head as it is stored; a curve has one."""
        _check_key(head.key)
        head = replace(
            head,
            subject=writable(head.subject),
            config=writable(head.config),
            parent=writable(head.parent),
            cpus=float(head.cpus),
        )
        if known is not None and known != head:
            raise ValueError(f"curve {head.key} is another one already: {known}, not {head}")
        return known or head

    def _living(self) -> set[str]:
        return living(self.folder).difference({self._owner})

    def _take_over(self) -> None:
        """Put the journals of processes that have ended into Parquet, if nobody else does."""
        try:
            if any(map(is_orphan, journals(self.folder))):
                compact(self.folder, self.notes)
        except InUse:
            pass  # their lines are read as they are
        except OSError as error:
            if not is_full(error):
                raise
            self.notes.append(f"{self.folder}: journals of ended processes stay, as the disk is full")


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not the key of a curve; it has 20 hexadecimal digits")
