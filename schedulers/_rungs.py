"""The rungs of successive halving: who has reached one, who goes on, who ends.

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
Place = tuple[bool, float, int, str]


def milestones(epochs: int, factor: int) -> tuple[int, ...]:
    """Return the epochs of the rungs: 1, ``factor``, ``factor`` squared ... below ``epochs``."""
    found, epoch = [], 1
    while epoch < epochs:
        found.append(epoch)
        epoch *= factor
    return tuple(found)


@dataclass
class RungDecision:
    """Who goes on, best first, and who ends; whoever is in neither list rests on."""

    promoted: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class Rungs:
    """Trials climb from rung to rung and rest on each until they are promoted or dropped.

    Args:
        milestones: the epoch of each rung, increasing; after the last one a trial climbs to its end.
    """

    def __init__(self, milestones: Sequence[int]) -> None:
        self._milestones = tuple(milestones)
        self._places: tuple[list[Place], ...] = tuple([] for _ in milestones)  # by rung, sorted
        self._climbing: dict[str, int] = {}  # trial -> the rung that it climbs to
        self._resting: dict[str, int] = {}  # trial -> the rung that it is on
        self._left: dict[str, int] = {}  # trial -> the rung that it was on, or climbed to, when it left
        self._arrivals = count()

    def enter(self, trial: str) -> None:
        """Note a new trial, or one that has left and is tried again: it climbs to where it was to climb."""
        self._climbing[trial] = self._left.get(trial, 0)

    def report(self, trial: str, epoch: int, value: float) -> bool:
        """Take a result; return whether the trial has reached its next rung and rests there."""
        rung = self._climbing[trial]
        if rung == len(self._milestones) or epoch < self._milestones[rung]:
            return False
        nan, places = math.isnan(value), self._places[rung]
        if trial in self._left:  # it may have been here before
            places[:] = [place for place in places if place[-1] != trial]
        place = nan, 0.0 if nan else -value, next(self._arrivals), trial
        insort(places, place)
        self._resting[trial] = self._climbing.pop(trial)
        self._arrived(rung, place)
        return True

    def _arrived(self, rung: int, place: Place) -> None:
        """Note who rests on a rung from now on."""

    def leave(self, trial: str) -> None:
        """Note that a trial has ended or failed, wherever it was; its places on rungs stay taken."""
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
    """Promotes whoever is among the best ``1 / factor`` of a rung as it stands (ASHA, Algorithm 2)."""

    def __init__(self, milestones: Sequence[int], factor: int) -> None:
        super().__init__(milestones)
        self._factor = factor
        # By rung, a heap of those who rest there, best first; whoever has gone is dropped when he comes up.
        self._waiting: tuple[list[Place], ...] = tuple([] for _ in milestones)

    def _arrived(self, rung: int, place: Place) -> None:
        heappush(self._waiting[rung], place)

    def judge(self, more: bool) -> RungDecision:
        decision = RungDecision()
        while (trial := self._promotable()) is not None:
            self._promote(trial)
            decision.promoted.append(trial)
        if not more and not self._climbing:  # nobody is left who could change a rung
            decision.dropped = list(self._resting)
            self._drop(decision.dropped)
        return decision

    def _promotable(self) -> str | None:
        """Return the best one of the highest rung that has any."""
        for rung, places in reversed(list(enumerate(self._places))):
            waiting = self._waiting[rung]
            while waiting and not self._rests(rung, waiting[0]):
                heappop(waiting)
            if waiting and bisect_left(places, waiting[0]) < len(places) // self._factor:
                return waiting[0][-1]
        return None

    def _rests(self, rung: int, place: Place) -> bool:
        """Is it this place on the rung that its trial rests on?  It may have been here before."""
        places, at = self._places[rung], bisect_left(self._places[rung], place)
        return self._resting.get(place[-1]) == rung and at < len(places) and places[at] == place


class SynchronousRungs(Rungs):
    """Judges a rung once everybody who is still in the game has reached it, or has left.

    Args:
        milestones: the epoch of each rung.
        keep: how many of so many on a rung go on; at least one always does.
    """

    def __init__(self, milestones: Sequence[int], keep: Callable[[int], int]) -> None:
        super().__init__(milestones)
        self._keep = keep

    def judge(self, more: bool) -> RungDecision:
        decision = RungDecision()
        if self._climbing or more:
            return decision
        for rung, places in enumerate(self._places):
            here = [trial for *_, trial in places if self._resting.get(trial) == rung]
            survivors = max(1, self._keep(len(here)))
            decision.promoted += here[:survivors]
            decision.dropped += here[survivors:]
        for trial in decision.promoted:
            self._promote(trial)
        self._drop(decision.dropped)
        return decision
