"""Recorded real runs: the order of events as a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ray.tune.experiment import Trial

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.tune_job import TuneJob
from benchmarks.engines.ray import controller
from benchmarks.engines.ray.controller import EventManager
from benchmarks.engines.ray.execution import TuneExecution
from benchmarks.suite.experiment import Experiment

#: What happened at one step of Tune's loop: the actor's number and what became of it, or nothing at all.
Script = list[tuple[int, str] | None]


class NotingManager(EventManager):
    """Ray's actor manager, which writes a script; actors are numbered in order of request."""

    def __init__(
        self, resource_manager: Any, ledger: Ledger | None = None, script: Script | None = None
    ) -> None:
        super().__init__(resource_manager, ledger)
        self.script: Script = [] if script is None else script  # Ray's cleanup() makes it anew without one
        self._numbers: dict[Any, int] = {}

    def next(self, timeout: float | None = None) -> bool:
        happened = super().next(timeout)
        if not happened:
            self.script.append(None)
        return happened

    def add_actor(self, *args: Any, **kwargs: Any) -> Any:
        tracked = super().add_actor(*args, **kwargs)
        self._numbers[tracked] = len(self._numbers) + 1
        return tracked

    def _actor_start_resolved(self, tracked_actor: Any, future: Any) -> None:
        self._note(tracked_actor, "start")
        super()._actor_start_resolved(tracked_actor, future)

    def _actor_stop_resolved(self, tracked_actor: Any) -> None:
        self._note(tracked_actor, "stop")
        super()._actor_stop_resolved(tracked_actor)

    def schedule_actor_task(
        self,
        tracked_actor: Any,
        method_name: str,
        args: Any = None,
        kwargs: Any = None,
        on_result: Callable[..., Any] | None = None,
        on_error: Callable[..., Any] | None = None,
        _return_future: bool = False,
    ) -> Any:
        def noting(then: Callable[..., Any] | None) -> Callable[..., Any]:
            def noted(*results: Any) -> Any:
                self._note(tracked_actor, method_name)
                return then(*results) if then else None

            return noted

        return super().schedule_actor_task(
            *(tracked_actor, method_name, args, kwargs, noting(on_result), noting(on_error), _return_future)
        )

    def _note(self, tracked: Any, what: str) -> None:
        self.script.append((self._numbers[tracked], what))


class NotedExecution(TuneExecution):
    """A real experiment with one script for each of its steps (a replay has two)."""

    def __init__(self, experiment: Experiment, context: ExecutionContext) -> None:
        super().__init__(experiment, context)
        self.scripts: list[Script] = []

    def carry_out(self, job: TuneJob) -> list[Trial]:
        self.scripts.append([])

        def manager(pool: Any, ledger: Ledger) -> NotingManager:
            return NotingManager(pool, ledger, self.scripts[-1])

        return controller.on_hosts(
            *(job, self.trainable(), {"CPU": 1.0}, self.context, self.ledger), manager=manager
        )


def recorded(experiment: Experiment, context: ExecutionContext) -> tuple[Outcome, list[Script]]:
    """Run an experiment on the trial hosts of the context; return its outcome and its scripts."""
    execution = NotedExecution(experiment, context)
    outcome = execution.run()
    first = execution.replayed.scripts if isinstance(execution.replayed, NotedExecution) else []
    return outcome, first + execution.scripts
