"""The actor manager on the virtual clock: the part of ``RayActorManager`` that ``TuneController`` uses."""

from __future__ import annotations

import heapq
import itertools
from typing import Any

from ray.exceptions import RayActorError

from benchmarks.curves.model import CurveModel
from benchmarks.engines.ray_internals import TrackedActor
from benchmarks.engines.virtual.actor import Call, VirtualActor
from benchmarks.engines.virtual.actor_states import ActorTask, Callback, Live, Pending
from benchmarks.engines.virtual.clock import Clock
from benchmarks.engines.virtual.latency import Latency
from benchmarks.engines.virtual.worker_faults import FaultModel


class VirtualActorManager:
    """Runs trials on virtual workers.

    An actor's tasks happen one after another.  A task's value is computed when the task is scheduled and
    delivered when it ends, so stopping a trial in the middle of an epoch frees its worker at the end of the
    epoch only, as in Ray.
    """

    def __init__(self, clock: Clock, faults: FaultModel, latency: Latency, model: CurveModel) -> None:
        self._clock, self._faults, self._latency, self._model = clock, faults, latency, model
        self._ids = itertools.count(1)
        self._free = list(range(faults.workers.count))  # a heap: the first free worker comes first
        self._pending: dict[TrackedActor, Pending] = {}
        # TuneController looks handles up under this name.
        self._live_actors_to_ray_actors_resources: dict[TrackedActor, tuple[Live, None]] = {}
        self._failed: set[int] = set()
        self._tasks = 0

    @property
    def num_live_actors(self) -> int:
        return len(self._live_actors_to_ray_actors_resources)

    @property
    def num_pending_actors(self) -> int:
        return len(self._pending)

    @property
    def num_total_actors(self) -> int:
        return self.num_live_actors + self.num_pending_actors

    @property
    def num_actor_tasks(self) -> int:
        return self._tasks

    def is_actor_started(self, tracked_actor: TrackedActor) -> bool:
        live = tracked_actor in self._live_actors_to_ray_actors_resources
        return live and tracked_actor.actor_id not in self._failed

    def is_actor_failed(self, tracked_actor: TrackedActor) -> bool:
        return tracked_actor.actor_id in self._failed

    def get_live_actors_resources(self) -> dict[str, float]:
        return {"CPU": float(self._faults.workers.count - len(self._free))}

    def add_actor(
        self,
        cls: Any,
        kwargs: dict[str, Any],
        resource_request: Any,
        *,
        on_start: Callback | None = None,
        on_stop: Callback | None = None,
        on_error: Callback | None = None,
    ) -> TrackedActor:
        tracked = TrackedActor(next(self._ids), on_start=on_start, on_stop=on_stop, on_error=on_error)
        self._pending[tracked] = Pending(kwargs["config"], int(resource_request.required_resources["CPU"]))
        return tracked

    def remove_actor(
        self, tracked_actor: TrackedActor, kill: bool = False, stop_future: ActorTask | None = None
    ) -> bool:
        if tracked_actor.actor_id in self._failed:
            return False
        if self._pending.pop(tracked_actor, None) is not None:
            return False
        self._end(tracked_actor, self._clock.now, kill, stop_future, self._clock.turn())
        return True

    def _end(
        self, tracked_actor: TrackedActor, now: float, kill: bool, stop_future: ActorTask | None, turn: int
    ) -> None:
        live = self._live(tracked_actor)
        if live.starting is not None:  # as in Ray, an actor that ends before it has begun calls nothing back
            live.starting.cancelled = True
            tracked_actor._on_start = tracked_actor._on_stop = tracked_actor._on_error = None
        when = now if kill else live.busy_until
        if stop_future is not None:
            self._discard(live, stop_future)
        label = tracked_actor.actor_id, "stop"
        self._clock.plan(when, lambda: self._stopped(tracked_actor), label=label, urgent=True, turn=turn)

    def schedule_actor_task(
        self,
        tracked_actor: TrackedActor,
        method_name: str,
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
        on_result: Callback | None = None,
        on_error: Callback | None = None,
        _return_future: bool = False,
    ) -> ActorTask | None:
        if tracked_actor.actor_id in self._failed:
            return None
        task = ActorTask(method_name, args or (), kwargs or {}, on_result, on_error)
        if tracked_actor in self._pending:
            self._pending[tracked_actor].tasks.append(task)
            return None
        self._begin(tracked_actor, task)
        return task if _return_future else None

    def clear_actor_task_futures(self, tracked_actor: TrackedActor) -> None:
        if tracked_actor in self._live_actors_to_ray_actors_resources:
            live = self._live(tracked_actor)
            for task in list(live.tasks.values()):
                self._discard(live, task)

    def next(self, timeout: float | None = None) -> bool:
        """Let the next event happen; return False if nothing is under way."""
        self._start_pending()
        happened = self._clock.next()
        self._start_pending()
        return happened

    def cleanup(self) -> None:
        self._clock.clear()
        self._pending.clear()
        self._live_actors_to_ray_actors_resources.clear()

    def _live(self, tracked: TrackedActor) -> Live:
        return self._live_actors_to_ray_actors_resources[tracked][0]

    def _start_pending(self) -> None:
        if not self._free or not self._pending:
            return
        for tracked, pending in list(self._pending.items()):
            if pending.cpus <= len(self._free):
                del self._pending[tracked]
                self._start(tracked, pending)
            if not self._free:
                return

    def _start(self, tracked: TrackedActor, pending: Pending) -> None:
        workers = [heapq.heappop(self._free) for _ in range(pending.cpus)]
        actor = VirtualActor(self._model, pending.config, float(pending.cpus))
        when = self._clock.now + self._latency.start
        live = Live(actor, workers, min(map(self._faults.speed, workers)), when)
        self._live_actors_to_ray_actors_resources[tracked] = live, None

        def started() -> None:
            live.starting = None
            if tracked._on_start:
                tracked._on_start(tracked)

        live.starting = self._clock.plan(when, started, label=(tracked.actor_id, "start"), urgent=True)
        for task in pending.tasks:
            self._begin(tracked, task)

    def _begin(self, tracked: TrackedActor, task: ActorTask) -> None:
        live = self._live(tracked)
        live.tasks[id(task)] = task
        self._tasks += 1
        self._carry_out(tracked, live, task, self._clock.now, self._clock.turn())

    def _carry_out(self, tracked: TrackedActor, live: Live, task: ActorTask, now: float, turn: int) -> None:
        """Compute a task that was scheduled at a time, and plan the event at which Tune hears of it."""
        begins = max(now, live.busy_until)
        if task.method == "train":
            task.call = call = self._train(live, begins)
        else:
            value = getattr(live.actor, task.method)(*task.args, **task.kwargs)
            task.call = call = Call(getattr(self._latency, task.method), value)
        task.ends = live.busy_until = begins + call.seconds
        if id(task) in live.tasks:
            label = tracked.actor_id, task.method
            event = self._clock.plan(
                task.ends, lambda: self._deliver(tracked, live, task), label=label, turn=turn
            )
            task.event = event

    def _train(self, live: Live, begins: float) -> Call:
        if self._faults.ideal:
            return live.actor.train(begins, 1 / live.speed)
        outcome = self._faults.epoch_outcome(*live.actor.next_epoch)
        call = live.actor.train(begins, outcome.factor / live.speed)
        lost = min(outcome.dropped, outcome.preempted)
        if lost >= call.seconds:
            return call
        preempted = outcome.preempted <= outcome.dropped
        text = "the worker was taken away" if preempted else "the worker dropped out"
        return Call(lost, error=RayActorError(error_msg=f"RayActorError: {text}", preempted=preempted))

    def _deliver(self, tracked: TrackedActor, live: Live, task: ActorTask) -> None:
        assert task.call is not None
        self._discard(live, task)
        error = task.call.error
        if error is None:
            if task.on_result:
                task.on_result(tracked, task.call.value)
            return
        if isinstance(error, RayActorError):
            self._actor_failed(tracked, live, error)
        if task.on_error:
            task.on_error(tracked, error)

    def _actor_failed(self, tracked: TrackedActor, live: Live, error: RayActorError) -> None:
        self._failed.add(tracked.actor_id)
        self._release(tracked, live, self._faults.workers.away if error.preempted else 0.0)
        if tracked._on_error:
            tracked._on_error(tracked, error)

    def _stopped(self, tracked: TrackedActor) -> None:
        if tracked not in self._live_actors_to_ray_actors_resources:  # it failed on the way
            return
        self._release(tracked, self._live(tracked), 0.0)
        if tracked._on_stop:
            tracked._on_stop(tracked)

    def _release(self, tracked: TrackedActor, live: Live, away: float) -> None:
        self.clear_actor_task_futures(tracked)
        del self._live_actors_to_ray_actors_resources[tracked]

        def back() -> None:
            for worker in live.workers:
                heapq.heappush(self._free, worker)

        if away:
            self._clock.plan(self._clock.now + away, back, urgent=True)
        else:
            back()

    def _discard(self, live: Live, task: ActorTask) -> None:
        if live.tasks.pop(id(task), None) is not None:
            self._tasks -= 1
            if task.event is not None:
                task.event.cancelled = True
