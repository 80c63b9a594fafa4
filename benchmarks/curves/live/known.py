"""Curves in memory, put together from what several processes have written.

Each epoch counts once.  Of two trainings of the same epoch the first that is read counts, as both are equal;
only a failure gives way to a success.  So a journal can be read again without a difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.records import Stored, curve_head, stored_epoch
from benchmarks.curves.live.texts import dumps


class KnownCurves:
    """Heads and epochs of curves by key.

    Attributes:
        heads: by key.
        lost: how many epochs were left out, as their curve's head or an epoch before them is missing.
    """

    def __init__(self) -> None:
        self.heads: dict[str, CurveHead] = {}
        self.lost = 0
        self._stored: dict[str, list[Stored]] = {}
        self._trained: dict[str, list[TrainedEpoch]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._stored.values()))

    def trained(self, key: str) -> Sequence[TrainedEpoch]:
        """Return the epochs of a curve in order; none if it is unknown."""
        if key not in self._trained:
            if key not in self._stored:
                return ()
            self._trained[key] = [stored.trained() for stored in self._stored[key]]
        return tuple(self._trained[key])

    def stored(self) -> Iterator[tuple[str, Stored]]:
        """Yield every epoch with the key of its curve, in the order of the keys."""
        for key in sorted(self._stored):
            for stored in self._stored[key]:
                yield key, stored

    def count(self, key: str) -> int:
        """Return how many epochs of a curve are known."""
        return len(self._stored.get(key, ()))

    def last(self, key: str) -> Stored | None:
        """Return the last epoch of a curve; None if it has none."""
        stored = self._stored.get(key)
        return stored[-1] if stored else None

    def next_epoch(self, head: CurveHead) -> int:
        """Return the number of the epoch that a curve lacks next."""
        last = self.last(head.key)
        return head.branch + 1 if last is None else last.epoch + 1

    def append(self, key: str, stored: Stored, trained: TrainedEpoch | None = None) -> None:
        """Add the next epoch of a curve; ``trained`` is the same in its other form."""
        if key in self._trained or not self.count(key):
            self._trained.setdefault(key, []).append(trained or stored.trained())
        self._stored.setdefault(key, []).append(stored)

    def extend(self, stored: Iterable[tuple[str, Stored]]) -> None:
        """Add epochs of one segment, in which each curve is whole and in order."""
        for key, one in stored:
            rows = self._stored.get(key)
            if rows is None:
                self._stored[key] = [one]
            else:
                rows.append(one)

    def merge_epoch(self, key: str, stored: Stored) -> None:
        """Take an epoch that another process may have written, if it is new."""
        head = self.heads.get(key)
        if head is None:
            self.lost += 1
            return
        last = self.last(key)
        if last is not None and last.failure and stored.epoch == last.epoch and not stored.failure:
            self.forget_failure(key)
            last = self.last(key)
        expected = head.branch + 1 if last is None else last.epoch + 1
        if stored.epoch == expected and not (last is not None and last.failure):
            self._stored.setdefault(key, []).append(stored)
            self._trained.pop(key, None)
        elif stored.epoch > expected:
            self.lost += 1

    def add_test(self, key: str, epoch: int, test: str) -> bool:
        """Set the test metrics of an epoch, JSON; return whether there is such an epoch."""
        rows = self._stored.get(key, [])
        place = epoch - rows[0].epoch if rows else -1
        if not 0 <= place < len(rows):
            return False
        rows[place] = rows[place]._replace(test=test)
        self._trained.pop(key, None)
        return True

    def forget_failure(self, key: str) -> bool:
        """Remove the failure that ends a curve; return whether there was one."""
        last = self.last(key)
        if last is None or not last.failure:
            return False
        self._stored[key].pop()
        self._trained.pop(key, None)
        if not self._stored[key]:
            del self._stored[key]
        return True

    def apply(self, record: Mapping[str, Any]) -> None:
        """Take one record of a journal."""
        if "curve" in record:
            self.heads.setdefault(record["curve"], curve_head(record))
        elif "forget" in record:
            self.forget_failure(record["forget"])
        elif "test_of" in record:
            self.add_test(record["key"], record["test_of"], dumps(record["test"]))
        else:
            self.merge_epoch(record["key"], stored_epoch(record))
