"""Virtual time, and what is still to happen in it."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable
from dataclasses import dataclass

Handler = Callable[[], None]
Label = tuple[()] | tuple[int, str]


@dataclass(slots=True)
class Event:
    """Something that happens at a time, unless it is cancelled before.

    ``label`` says what: the number of an actor and what becomes of it.
    """

    handler: Handler
    label: Label = ()
    cancelled: bool = False


class Clock:
    """Seconds of virtual time since the start, and the events to come.

    Events happen in the order of their times; at the same time, urgent ones first, then in the order in
    which they were planned.  Calling the clock gives the time, as with ``time.perf_counter``.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.happened = 0  # events so far
        self._order = itertools.count()
        self._heap: list[tuple[float, bool, int, Event]] = []

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float) -> None:
        """Let time pass during which nobody looks at events."""
        self.now += seconds

    def plan(self, when: float, handler: Handler, *, label: Label = (), urgent: bool = False) -> Event:
        """Let ``handler`` be called at a time; one that has passed means as soon as possible."""
        event = Event(handler, label)
        heapq.heappush(self._heap, (when, not urgent, next(self._order), event))
        return event

    def next(self) -> bool:
        """Let the next event happen; return False if there is none."""
        while self._heap:
            when, _, _, event = heapq.heappop(self._heap)
            if not event.cancelled:
                self.now = max(self.now, when)
                self.happened += 1
                event.handler()
                return True
        return False

    def clear(self) -> None:
        """Forget all events."""
        self._heap.clear()
