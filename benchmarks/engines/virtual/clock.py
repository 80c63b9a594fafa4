"""The virtual clock and its event queue."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

Handler = Callable[[], None]
Label = tuple[()] | tuple[int, str]


@dataclass(slots=True)
class Event:
    """Something that happens at a time, unless it is cancelled before.

    ``label`` says what: the number of an actor, and the name of the call or step.
    """

    handler: Handler
    label: Label = ()
    cancelled: bool = False


class Clock:
    """Seconds of virtual time since the start, and the events to come.

    Events happen in the order of their times; at the same time, urgent ones first, then in the order in
    which they were planned.  Calling the clock gives the time, as with ``time.perf_counter``.

    Attributes:
        now: the time.
        happened: events so far.
        deadline: the clock stops at it once, before any later event.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.happened = 0
        self.deadline = math.inf
        self._order = itertools.count()
        self._heap: list[tuple[float, bool, int, Event]] = []

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float) -> None:
        """Let time pass without handling events."""
        self.now += seconds

    def turn(self) -> int:
        """Return the place, among events of the same time, of one that is planned later."""
        return next(self._order)

    def plan(
        self,
        when: float,
        handler: Handler,
        *,
        label: Label = (),
        urgent: bool = False,
        turn: int | None = None,
    ) -> Event:
        """Let ``handler`` be called at a time; one that has passed means as soon as possible."""
        event = Event(handler, label)
        self.put(event, when, urgent, self.turn() if turn is None else turn)
        return event

    def put(self, event: Event, when: float, urgent: bool, turn: int) -> None:
        """Take an event into the queue."""
        heapq.heappush(self._heap, (when, not urgent, turn, event))

    def next(self) -> bool:
        """Let the next event happen, or the deadline pass; return False if there is neither."""
        while self._heap:
            planned = heapq.heappop(self._heap)
            when, _, _, event = planned
            if event.cancelled:
                continue
            self.happened += 1
            if when > self.deadline:
                heapq.heappush(self._heap, planned)
                self.now, self.deadline = max(self.now, self.deadline), math.inf
                return True
            self.now = max(self.now, when)
            event.handler()
            return True
        return False

    def clear(self) -> None:
        """Forget all events."""
        self._heap.clear()
