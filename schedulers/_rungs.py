"""Rungs of successive halving: their trials, promotions and drops.

Trials are names here and values are floats of which a larger one is better; Ray is nowhere in sight.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

#: Sorts best first: a number before NaN, a larger number before a smaller one, an earlier report before a
#: later one.  The last field names the trial.
Entry = tuple[bool, float, int, str]


def milestones(epochs: int, factor: int, first: int = 1) -> tuple[int, ...]:
    """Return the epochs of the rungs below ``epochs``: ``first``, ``factor`` times that, and so on."""
    found, epoch = [], first
    while epoch < epochs:
        found.append(epoch)
        epoch *= factor
    return tuple(found)


@dataclass
class RungDecision:
    """Trials to promote, best first, and trials to drop; all others stay paused."""

    promoted: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class Rungs:
    """Trials climb from rung to rung and rest on each until they are promoted or dropped.

    Args:
        milestones: the epoch of each rung, increasing; after the last one a trial climbs to its end.
    """

    def __init__(self, milestones: Sequence[int]) -> None:
        self._milestones = tuple(milestones)
        self._entries: tuple[list[Entry], ...] = tuple([] for _ in milestones)  # by rung, sorted
        self._climbing: dict[str, int] = {}  # trial -> the rung that it climbs to
        self._resting: dict[str, int] = {}  # trial -> the rung that it is on
        self._left: dict[str, int] = {}  # trial -> the rung that it was on, or climbed to, when it left
        self._arrivals = count()

    def enter(self, trial: str) -> None:
        """Note a new trial, or one that left and is retried: it climbs to the rung that it was to reach."""
        self._climbing[trial] = self._left.get(trial, 0)

    def report(self, trial: str, epoch: int, value: float) -> bool:
        """Take a result; return whether the trial has reached its next rung and is paused there."""
        rung = self._climbing[trial]
        if rung == len(self._milestones) or epoch < self._milestones[rung]:
            return False
        nan, entries = math.isnan(value), self._entries[rung]
        if trial in self._left:  # it may have been here before
            entries[:] = [entry for entry in entries if entry[-1] != trial]
        entry = nan, 0.0 if nan else -value, next(self._arrivals), trial
        insort(entries, entry)
        self._resting[trial] = self._climbing.pop(trial)
        self._arrived(rung, entry)
        return True

    def _arrived(self, rung: int, entry: Entry) -> None:
        """Note who rests on a rung from now on."""

    def leave(self, trial: str) -> None:
        """Note that a trial has ended or failed, wherever it was; its entries on rungs stay taken."""
        for rungs in (self._climbing, self._resting):
            if trial in rungs:
                self._left[trial] = rungs.pop(trial)

    def judge(self, more: bool) -> RungDecision:
        """Decide about those who rest; ``more`` says whether new trials may still enter."""
        raise NotImplementedError

    def _promote(self, trial: str) -> None:
        self._climbing[trial] = self._resting.pop(trial) + 1

    def _drop(self, trials: Sequence[str]) -> None:
        for trial in trials:
            del self._resting[trial]


class AsynchronousRungs(Rungs):
    """Promotes a trial that is among the best ``1 / factor`` of a rung as it stands (ASHA, Algorithm 2)."""

    def __init__(self, milestones: Sequence[int], factor: int) -> None:
        super().__init__(milestones)
        self._factor = factor
        # By rung, a heap of paused trials, best first; a trial that has left is dropped when it comes up.
        self._waiting: tuple[list[Entry], ...] = tuple([] for _ in milestones)

    def _arrived(self, rung: int, entry: Entry) -> None:
        heappush(self._waiting[rung], entry)

    def judge(self, more: bool) -> RungDecision:
        decision = RungDecision()
        while (trial := self._promotable()) is not None:
            self._promote(trial)
            decision.promoted.append(trial)
        if not more and not self._climbing:  # no trial is left that could change a rung
            decision.dropped = list(self._resting)
            self._drop(decision.dropped)
        return decision

    def _promotable(self) -> str | None:
        """Return the best one of the highest rung that has any."""
        for rung, entries in reversed(list(enumerate(self._entries))):
            waiting = self._waiting[rung]
            while waiting and not self._rests(rung, waiting[0]):
                heappop(waiting)
            if waiting and bisect_left(entries, waiting[0]) < len(entries) // self._factor:
                return waiting[0][-1]
        return None

    def _rests(self, rung: int, entry: Entry) -> bool:
        """Return whether the trial of this entry is paused at it; it may have an earlier entry here."""
        entries, at = self._entries[rung], bisect_left(self._entries[rung], entry)
        return self._resting.get(entry[-1]) == rung and at < len(entries) and entries[at] == entry


class SynchronousRungs(Rungs):
    """Judges a rung once every remaining trial has reached it or left.

    Args:
        milestones: the epoch of each rung.
        keep: the number to promote, from the number on the rung; at least one is promoted.
    """

    def __init__(self, milestones: Sequence[int], keep: Callable[[int], int]) -> None:
        super().__init__(milestones)
        self._keep = keep

    def judge(self, more: bool) -> RungDecision:
        decision = RungDecision()
        if self._climbing or more:
            return decision
        for rung, entries in enumerate(self._entries):
            here = [trial for *_, trial in entries if self._resting.get(trial) == rung]
            survivors = max(1, self._keep(len(here)))
            decision.promoted += here[:survivors]
            decision.dropped += here[survivors:]
        for trial in decision.promoted:
            self._promote(trial)
        self._drop(decision.dropped)
        return decision
