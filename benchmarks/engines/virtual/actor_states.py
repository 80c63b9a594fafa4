"""The states of an actor: pending or live, with the tasks that are scheduled on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.engines.virtual.actor import Call, VirtualActor
from benchmarks.engines.virtual.clock import Event

Callback = Callable[..., Any]


@dataclass(slots=True)
class ActorTask:
    """A call to an actor, its outcome, and the event at which Tune hears of it."""

    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    on_result: Callback | None
    on_error: Callback | None
    call: Call | None = None
    event: Event | None = None
    ends: float = 0.0


@dataclass(slots=True, eq=False)
class Live:
    """An actor that has its workers."""

    actor: VirtualActor
    workers: list[int]
    speed: float
    busy_until: float
    starting: Event | None = None
    tasks: dict[int, ActorTask] = field(default_factory=dict)

    @property
    def get_auto_filled_metrics(self) -> Any:
        return self

    def remote(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Answer Tune's one question to an actor's handle, for a trial that ends without a result."""
        return {"node_ip": "virtual", "pid": 0}


@dataclass(slots=True)
class Pending:
    """An actor that waits for workers, and what it is to do then."""

    config: dict[str, Any]
    cpus: int
    tasks: list[ActorTask] = field(default_factory=list)
