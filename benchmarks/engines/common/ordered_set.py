"""Sets that keep the order of insertion, for the trials of Tune's controller.

Tune's controller keeps its trials in sets, iterates over them and pops from them.  A trial's hash is its
memory address, so which of several waiting trials is started first differs from run to run.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from benchmarks.engines.ray_internals import TuneController

TRIAL_SETS = (
    *("_pending_trials", "_running_trials", "_paused_trials", "_stopped_trials", "_failed_trials"),
    *("_resetting_trials", "_staged_trials", "_started_actors", "_live_trials"),
)


class OrderedSet(dict[Any, None]):
    """A set that keeps the order of insertion, with the methods of a set that Tune calls."""

    def __init__(self, members: Iterable[Any] = ()) -> None:
        super().__init__(dict.fromkeys(members))

    def add(self, member: Any) -> None:
        self[member] = None

    def remove(self, member: Any) -> None:
        del self[member]

    def discard(self, member: Any) -> None:
        super().pop(member, None)

    def pop(self) -> Any:  # type: ignore[override]  # a set's, not a dict's
        member = next(iter(self))
        del self[member]
        return member

    def __or__(self, other: Iterable[Any]) -> OrderedSet:  # type: ignore[override]  # a set's
        return OrderedSet(itertools.chain(self, other))


def use_ordered_sets(controller: TuneController) -> None:
    """Replace the sets of trials of a controller that has no trials yet."""
    sets: dict[str, Any] = {name: OrderedSet() for name in TRIAL_SETS}
    sets["_resources_to_pending_trials"] = defaultdict(OrderedSet)
    for name, empty in sets.items():
        assert not getattr(controller, name), f"{name} is in use already"
        setattr(controller, name, empty)
