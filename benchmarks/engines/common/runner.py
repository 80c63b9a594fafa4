"""The runner: runs one experiment after another, each under a watchdog."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from benchmarks.core.signals import held
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import ClusterDied, Outcome, not_run
from benchmarks.engines.common.watchdog import Watchdog
from benchmarks.engines.common.watched import Beat, failure
from benchmarks.suite.experiment import Experiment

POLL_S = 0.2  # between two looks of the watchdog


@dataclass(frozen=True)
class Limits:
    """Seconds after which an experiment is given up: in all, and without a new result."""

    timeout: float
    stall: float


class Died(Exception):
    """The process of an experiment has ended without an outcome; says how."""


class Runner(ABC):
    """Runs experiments one at a time and survives whatever they do."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.stream: Any = None  # what the running experiment sends; None when the runner is free
        self.experiment: Experiment | None = None
        self._clock: Callable[[], float] = time.monotonic

    @abstractmethod
    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        """Start the experiment and return what it sends."""

    @abstractmethod
    def receive(self) -> Beat | Outcome:
        """Return the next message of the stream, which is ready.

        Raises:
            Died: if there will be none.
        """

    @abstractmethod
    def renew(self) -> None:
        """Prepare for another experiment after one that was given up."""

    @abstractmethod
    def stop(self) -> None:
        """End the running experiment, if any, and all processes of the runner."""

    @classmethod
    @abstractmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        """Return those of the busy runners whose experiments have sent something, waiting for the first."""

    def start(self, experiment: Experiment, context: ExecutionContext) -> Outcome | None:
        """Start an experiment; the runner must be free, and stays so if there is an outcome at once."""
        started = self._clock()
        try:
            with held():  # else a signal might come before the new process is known
                self.stream = self.open(experiment, context)
        except ClusterDied:
            raise
        except Exception as error:  # noqa: BLE001 - an object of a plug-in's that cannot be pickled
            return failure(experiment, error)
        self.experiment = experiment
        self._watchdog = Watchdog(started, self._limits.timeout, self._limits.stall)
        return None

    def poll(self, ready: bool) -> Outcome | None:
        """Take in what the experiment has sent; return the outcome when there is one."""
        assert self.experiment is not None
        if ready:
            try:
                message = self.receive()
            except Died as died:
                return self.died(died)
            if isinstance(message, Beat):
                self._watchdog.beat(message.num_results, message.waiting, self._clock(), message.held)
            else:
                self.stream = None
                return message
        verdict = self._watchdog.verdict(self._clock())
        return self.give_up(*verdict) if verdict else None

    def died(self, how: Died) -> Outcome | None:
        """Return the outcome of an experiment whose process has died; None while that is not decided."""
        return self.give_up("failed", f"the experiment's process died: {how}")

    def finish(self) -> Outcome:
        """Wait until the running experiment has ended, or is given up, and return its outcome."""
        while True:
            outcome = self.poll(ready=bool(self.ready([self], POLL_S)))
            if outcome is not None:
                return outcome

    def give_up(self, status: str, reason: str) -> Outcome:
        """End the experiment and return its outcome."""
        assert self.experiment is not None
        self.stop()
        self.renew()
        return not_run(self.experiment, status, reason)
