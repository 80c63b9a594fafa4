"""The writer of a curve store: the journal of this process, begun when something is written first."""

from __future__ import annotations

from pathlib import Path

from benchmarks.curves.live.compaction import compact
from benchmarks.curves.live.epochs import CurveHead
from benchmarks.curves.live.journal import Journal
from benchmarks.curves.live.records import head_line
from benchmarks.curves.live.room import Room
from results.locks import InUse

PATIENCE_S = 30.0  # with another process that holds the lock


class Writer:
    """Writes lines of curves to a journal of this process, and puts it into Parquet.

    Args:
        folder: of the store.
        owner: names this process.
        room: for what is written.
        notes: of the store.
    """

    def __init__(self, folder: Path, owner: str, room: Room, notes: list[str]) -> None:
        self._folder, self._owner, self._room, self._notes = folder, owner, room, notes
        self._journal: Journal | None = None
        self._headed: set[str] = set()  # curves whose head is in the journal

    def begin(self) -> None:
        """Begin a journal, unless there is one; it says that this process lives.

        Raises:
            StoreFull: if the disk is full.
        """
        self._room.write(self._usable)

    def write(self, head: CurveHead, line: bytes) -> None:
        """Write a line of a curve, behind the curve's head if that is not in the journal.

        Raises:
            StoreFull: if the disk is full.
        """
        journal = self._journal
        if journal is None or not journal.usable:
            journal = self._room.write(self._usable)
        lines = line if head.key in self._headed else head_line(head) + line
        self._room.write(lambda: journal.write(lines))
        self._headed.add(head.key)

    def put_away(self, again: bool) -> None:
        """Put the journal into Parquet; ``again`` begins a new one first.

        If another process does so for longer than ``PATIENCE_S``, it is left to who opens the folder next.

        Raises:
            ResultsError: if a file is damaged.
            StoreFull: if the disk is full; the journal is as it was then.
        """
        old, self._journal = self._journal, None
        self._headed.clear()
        if old is None or not old.usable:
            return
        try:
            if again:  # before the old one is gone, so that this process is seen to live
                self.begin()
            self._room.write(lambda: compact(self._folder, self._notes, old.path, PATIENCE_S))
        except InUse as error:
            self._notes.append(f"{old.path} stays a journal: {error}")
        finally:
            old.close()

    def _usable(self) -> Journal:
        if self._journal is None or not self._journal.usable:
            self._headed.clear()
            self._journal = Journal(self._folder, self._owner)
        return self._journal
