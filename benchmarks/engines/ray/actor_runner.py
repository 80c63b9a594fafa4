"""Actor runners: each experiment is a Ray task on the trial hosts of its runner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import ray

from benchmarks.core.reasons import headline
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import ClusterDied, Outcome
from benchmarks.engines.common.runner import Died, Limits, Runner
from benchmarks.engines.common.watched import Beat, run_watched
from benchmarks.engines.ray.cluster import LATE_S, check_alive, death_is_seen
from benchmarks.engines.ray.hosts import ping, start_hosts
from benchmarks.suite.experiment import Experiment

START_S = 60.0  # a host's process starts in seconds, on a busy machine in tens of them

#: The task needs no CPU of its own, its trials do.  A crash is stored as a row, so Ray retries nothing.
run_task = ray.remote(num_cpus=0, max_retries=0)(run_watched)


class ActorRunner(Runner):
    """Runs experiments on trial hosts.

    Args:
        workers: trial hosts of this runner; 0 leaves the processes to Tune.
        gpus_each: share of a GPU that each host holds.
    """

    def __init__(self, workers: int, gpus_each: float, limits: Limits) -> None:
        super().__init__(limits)
        self._workers, self._gpus_each = workers, gpus_each
        self.renew()

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        if self._workers:
            self._replace_dead()
            context = replace(context, hosts=tuple(self._hosts))
        return run_task.remote(experiment, context)

    def receive(self) -> Beat | Outcome:
        try:
            message: Beat | Outcome = ray.get(next(self.stream))
        except (ray.exceptions.RayError, StopIteration) as error:
            self.check_cluster()  # else it would be the experiment's own failure
            raise Died(_how(error)) from error
        return message

    def check_cluster(self) -> None:
        """Raise ClusterDied if the cluster has ended, or just ends."""
        check_alive(LATE_S)

    def renew(self) -> None:
        with death_is_seen():
            self._hosts = start_hosts(self._workers, self._gpus_each)

    def stop(self) -> None:
        try:
            check_alive()
        except ClusterDied:  # and all that it ran with it
            self.stream = None
            return
        with death_is_seen():
            if self.stream is not None:
                ray.cancel(self.stream, force=True)
                self.stream = None
            for host in self._hosts:
                ray.kill(host)

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        check_alive()
        with death_is_seen():
            ready, _ = ray.wait([runner.stream for runner in runners], num_returns=1, timeout=timeout)
        return [runner for runner in runners if runner.stream in ready]

    def _replace_dead(self) -> None:
        """Replace hosts that have died; one that has just been started is waited for."""
        for index, host in enumerate(self._hosts):
            if ping(host, START_S) is None:
                ray.kill(host)
                [self._hosts[index]] = start_hosts(1, self._gpus_each)


def _how(error: Exception) -> str:
    """Describe in one line how a task has ended: its error, or the first line of Ray's message."""
    if isinstance(error, ray.exceptions.RayTaskError):
        return headline(error)
    text = str(error).strip().splitlines()
    return text[0] if text else type(error).__name__
