"""Placed runners: each has a placement group of a cluster that others have started, and may lose its node."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import ray
from ray.util.placement_group import PlacementGroup, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from benchmarks.engines.cluster.nodes import Nodes
from benchmarks.engines.cluster.tasks import on_nodes
from benchmarks.engines.common.beats import BEAT_S
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import LOST, Outcome, not_run
from benchmarks.engines.common.runner import Died, Limits
from benchmarks.engines.ray.actor_runner import ActorRunner, run_task
from benchmarks.engines.ray.hosts import start_hosts
from benchmarks.suite.experiment import Experiment

#: Seconds after which a node that neither answers nor is called dead counts as lost; Ray takes half of that.
LOST_S = 45.0


def _lives() -> bool:
    """Return True, from the node where this runs."""
    return True


@dataclass
class Doubt:
    """An outcome that may be its node's fault.

    Attributes:
        outcome: what the experiment ends with if its nodes live.
        answers: of these nodes.
        since: moment on the monotonic clock.
    """

    outcome: Outcome
    answers: list[Any]
    since: float = field(default_factory=time.monotonic)


class PlacedRunner(ActorRunner):
    """Runs experiments within a placement group, on trial hosts there.

    Args:
        group: that Ray has placed.
        nodes: ids of the nodes of its bundles.
        workers: trial hosts, one in each bundle.
        gpus_each: share of a GPU that each host holds.
        cluster: knows which nodes live.

    Attributes:
        lost: its node has gone, or does not answer; it can run nothing more.
        beat_s: seconds between two signs of life of its next experiment.
    """

    def __init__(
        self,
        group: PlacementGroup,
        nodes: Sequence[str],
        workers: int,
        gpus_each: float,
        limits: Limits,
        cluster: Nodes,
    ) -> None:
        self._group, self.nodes, self._cluster = group, tuple(dict.fromkeys(nodes)), cluster
        names = [cluster.name(node) for node in self.nodes]
        self._names = names[0] if len(names) == 1 else f"one of its nodes {', '.join(names)}"
        self.lost, self.beat_s = False, BEAT_S
        self._doubt: Doubt | None = None
        self._begun = False  # the experiment has given a sign of life
        self._warming: dict[Any, Any] = {}  # answer of a host that is waited for -> the host
        super().__init__(workers, gpus_each, limits)

    def renew(self) -> None:
        """Start the hosts anew; they are not waited for."""
        self._hosts = start_hosts(self._workers, self._gpus_each, self._group)
        self.warm_up()

    def warm_up(self) -> None:
        """Ask each host for an answer, which ``warm`` looks for."""
        self._warming = {host.ping.remote(): host for host in self._hosts}
        self._since = time.monotonic()

    def warm(self) -> bool:
        """Return whether all hosts have answered; one that has died is started again."""
        if self._warming:
            answered, _ = ray.wait(list(self._warming), num_returns=len(self._warming), timeout=0)
            for answer in answered:
                self._take(answer)
            self.lost = bool(self._warming) and time.monotonic() - self._since > LOST_S
        return not self._warming and not self.lost

    def _take(self, answer: Any) -> None:
        """Take a host's answer; start another one in place of a host that has died."""
        host = self._warming.pop(answer)
        try:
            ray.get(answer)
        except ray.exceptions.RayError:
            [new] = start_hosts(1, self._gpus_each, self._group)
            self._hosts[self._hosts.index(host)] = new
            self._warming[new.ping.remote()] = new

    def open(self, experiment: Experiment, context: ExecutionContext) -> Any:
        self._begun = False
        strategy = PlacementGroupSchedulingStrategy(self._group)
        context = replace(context, hosts=tuple(self._hosts), group=self._group, beat_s=self.beat_s)
        return run_task.options(scheduling_strategy=strategy).remote(experiment, context)

    def poll(self, ready: bool) -> Outcome | None:
        assert self.experiment is not None
        if self._doubt is not None:
            return self._decided()
        self._begun = self._begun or ready
        outcome = super().poll(ready)
        if outcome is None and not self._begun and self._cluster.draining & set(self.nodes):
            return self._lose(f"{self._places()} is drained, and took it no more")  # nor will it ever
        if outcome is None:
            gone = self._cluster.gone(self.nodes)
            return self._lose(f"{self._places()} was lost") if gone else None
        return self._doubted(outcome) if outcome.doubt and outcome.status != LOST else outcome

    def died(self, how: Died) -> Outcome | None:
        assert self.experiment is not None
        cause = how.__cause__
        if isinstance(cause, ray.exceptions.NodeDiedError) or getattr(cause, "preempted", False):
            return self._lose(f"{self._places()} was lost")
        failed = not_run(self.experiment, "failed", f"the experiment's process died: {how}")
        return self._doubted(failed)

    def check_cluster(self) -> None:
        """No-op: whether the head answers is looked up in turn."""

    def stop(self) -> None:
        """End what runs and all hosts; the group stays, and is removed by ``retire``."""
        if self.stream is not None:
            ray.cancel(self.stream, force=True)
            self.stream = None
        for host in self._hosts:
            ray.kill(host)

    def retire(self) -> None:
        """End the runner, and give its CPUs back to the cluster."""
        self.stop()
        remove_placement_group(self._group)

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        runners[0]._cluster.look()
        sending = {runner.stream: runner for runner in runners if runner.stream is not None}
        if not sending:
            time.sleep(timeout)
            return []
        ready, _ = ray.wait(list(sending), num_returns=len(sending), timeout=timeout, fetch_local=False)
        return [sending[stream] for stream in ready]

    def _doubted(self, outcome: Outcome) -> Outcome | None:
        """Hold an outcome back until it is known whether its nodes live."""
        self._doubt = Doubt(outcome, list(on_nodes(self.nodes, _lives).values()))
        return self._decided()

    def _decided(self) -> Outcome | None:
        """Return the outcome that was held back, or "lost"; None while that is not known."""
        doubt = self._doubt
        assert doubt is not None
        if self._cluster.gone(self.nodes):
            return self._lose(f"{self._places()} was lost")
        answered, waiting = ray.wait(doubt.answers, num_returns=len(doubt.answers), timeout=0)
        try:
            ray.get(answered)
        except ray.exceptions.RayError:
            return self._lose(f"{self._places()} was lost")
        if not waiting:
            self._doubt = None
            if self.stream is not None:  # the process died, and the node lives
                self.stop()
                self.renew()
            return doubt.outcome
        if time.monotonic() - doubt.since > LOST_S:
            return self._lose(f"{self._places()} did not answer for {LOST_S:g} s")
        return None

    def _places(self) -> str:
        """Return the node of the runner in words, or its nodes."""
        return self._names if len(self.nodes) > 1 else f"its node {self._names}"

    def _lose(self, reason: str) -> Outcome:
        assert self.experiment is not None
        self.lost, self._doubt = True, None
        self.stop()
        return not_run(self.experiment, LOST, reason)
