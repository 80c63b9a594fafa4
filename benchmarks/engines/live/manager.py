"""The actor manager of trials whose epochs have to be trained: it asks for them all, then waits for all.

An epoch's end on the virtual clock is known when it has been trained.  So nothing happens on the clock while
an epoch is outstanding, and what is scheduled meanwhile on the same actor is carried out afterwards, in its
turn.  The order of events is that of the engine ``virtual`` on the same curves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.engines.live.client import Trained, TrainedCurves
from benchmarks.engines.ray_internals import TrackedActor
from benchmarks.engines.virtual.actor import Call
from benchmarks.engines.virtual.actor_states import ActorTask, Live
from benchmarks.engines.virtual.clock import Clock
from benchmarks.engines.virtual.latency import Latency
from benchmarks.engines.virtual.manager import VirtualActorManager
from benchmarks.engines.virtual.worker_faults import FaultModel


class LiveActorManager(VirtualActorManager):
    """Runs trials on virtual workers, on epochs that are trained meanwhile.

    Attributes:
        states: what a trial had learned after an epoch, by its id and the epoch's number.
    """

    def __init__(self, clock: Clock, faults: FaultModel, latency: Latency, model: TrainedCurves) -> None:
        super().__init__(clock, faults, latency, model)
        self._curves = model
        self._outstanding: set[int] = set()  # ids of actors with an epoch that is being trained
        self._later: list[Callable[[], None]] = []
        self.states: dict[tuple[str, int], Trained] = {}

    def next(self, timeout: float | None = None) -> bool:
        self._start_pending()
        self._settle()
        return super().next(timeout)

    def cleanup(self) -> None:
        self._later.clear()
        self._outstanding.clear()
        super().cleanup()

    def _carry_out(self, tracked: TrackedActor, live: Live, task: ActorTask, now: float, turn: int) -> None:
        carry_out = partial(super()._carry_out, tracked, live, task, now, turn)
        outstanding = id(live) in self._outstanding
        if task.method == "train" and not outstanding:
            self._curves.ask(*live.actor.position)
            self._outstanding.add(id(live))
            self._later.append(carry_out)
        elif outstanding and task.method != "save":  # whose value is looked at before it is delivered
            self._later.append(carry_out)
        else:
            if outstanding:
                self._settle()
            carry_out()

    def _end(self, tracked_actor: TrackedActor, now: float, kill: bool, *rest: Any) -> None:
        end = partial(super()._end, tracked_actor, now, kill, *rest)
        if id(self._live(tracked_actor)) in self._outstanding:
            self._later.append(end)
        else:
            end()

    def _settle(self) -> None:
        """Wait for all outstanding epochs, and carry out what has come after them."""
        later, self._later = self._later, []
        self._outstanding.clear()
        for step in later:
            step()

    def _train(self, live: Live, begins: float) -> Call:
        call = super()._train(live, begins)
        if call.error is None:
            trial_id, _, following = live.actor.next_epoch
            self.states[trial_id, following - 1] = live.actor.position[0]
        return call
