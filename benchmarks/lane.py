"""A lane: one experiment after another, on trial hosts of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import ray

from benchmarks.engines.outcome import Outcome, not_run
from benchmarks.engines.pool import pinged, start_hosts
from benchmarks.engines.task import Beat, run_task
from benchmarks.engines.tune import Site
from benchmarks.experiment import Experiment
from benchmarks.watchdog import Watchdog

POLL_S = 0.2  # a watchdog looks so often
START_S = 60.0  # a host's process starts in seconds, on a busy machine in tens of them


@dataclass(frozen=True)
class Limits:
    """Seconds after which an experiment is given up: in all, and without a new result."""

    timeout: float
    stall: float


class Lane:
    """Runs experiments one at a time and survives whatever they do.

    Args:
        workers: trial hosts of this lane; 0 leaves the processes to Tune.
        gpus_each: share of a GPU that each host holds.
    """

    def __init__(self, workers: int, gpus_each: float, limits: Limits) -> None:
        self._workers, self._gpus_each, self._limits = workers, gpus_each, limits
        self._hosts = start_hosts(workers, gpus_each)
        self._stream: Any = None
        self.experiment: Experiment | None = None
        self._clock: Callable[[], float] = time.monotonic

    @property
    def stream(self) -> Any:
        """The running task's stream, for ``ray.wait``; None when the lane is free."""
        return self._stream

    def start(self, experiment: Experiment, site: Site) -> None:
        """Start an experiment; the lane must be free."""
        if self._workers:
            self._replace_dead()
            site = replace(site, hosts=tuple(self._hosts))
        self.experiment = experiment
        self._watchdog = Watchdog(self._clock(), self._limits.timeout, self._limits.stall)
        self._stream = run_task.remote(experiment, site)

    def poll(self, ready: bool) -> Outcome | None:
        """Take in what the task has sent; return the outcome when there is one."""
        assert self.experiment is not None
        if ready:
            try:
                message: Beat | Outcome = ray.get(next(self._stream))
            except (ray.exceptions.RayError, StopIteration) as error:
                # Ray's text is long; its first sentence says that the process died, and how.
                first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
                return self._give_up("failed", f"the experiment's process died: {first}")
            if isinstance(message, Beat):
                self._watchdog.beat(message.results, message.waiting, self._clock())
            else:
                self._stream = None
                return message
        verdict = self._watchdog.verdict(self._clock())
        return self._give_up(*verdict) if verdict else None

    def finish(self) -> Outcome:
        """Wait until the running experiment has ended, or is given up, and return its outcome."""
        while True:
            ready, _ = ray.wait([self._stream], timeout=POLL_S)
            outcome = self.poll(ready=bool(ready))
            if outcome is not None:
                return outcome

    def stop(self) -> None:
        """End the running experiment, if any, and the hosts."""
        if self._stream is not None:
            ray.cancel(self._stream, force=True)
            self._stream = None
        for host in self._hosts:
            ray.kill(host)

    def _give_up(self, status: str, reason: str) -> Outcome:
        assert self.experiment is not None
        self.stop()
        self._hosts = start_hosts(self._workers, self._gpus_each)
        return not_run(self.experiment, status, reason)

    def _replace_dead(self) -> None:
        """Replace hosts that have died; one that has just been started is waited for."""
        for index, host in enumerate(self._hosts):
            if pinged(host, START_S) is None:
                ray.kill(host)
                [self._hosts[index]] = start_hosts(1, self._gpus_each)
