"""The engine ``tune``: a Ray cluster, and runners on trial hosts of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Batch, Conditions, Engine
from benchmarks.engines.common.supply import FixedRunners, RunnerSupply
from benchmarks.engines.ray.actor_runner import ActorRunner
from benchmarks.engines.ray.cluster import cluster, why_no_gpu
from benchmarks.engines.ray.execution import TuneExecution
from benchmarks.engines.ray.joined import joined
from benchmarks.engines.ray.nodes import Nodes
from benchmarks.engines.ray.placement import Demand, PlacedRunners
from benchmarks.suite.experiment import Experiment


class RayEngine(Engine):
    """Trials train for real, in Ray actors: on this machine, or on a cluster that others have started."""

    execution = TuneExecution

    def __init__(self, conditions: Conditions) -> None:
        super().__init__(conditions)
        self._nodes: Nodes | None = None

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Start a cluster, or join one; return a folder for temporary files here.

        Raises:
            ClusterDied: if Ray cannot be started.
            Misuse: if there is no cluster to be joined.
        """
        conditions = self.conditions
        if conditions.address:
            self._nodes = self.resources.enter_context(joined(conditions.address))
            return Path()
        self._nodes = None
        return self.resources.enter_context(cluster(conditions.num_cpus, conditions.num_gpus)) / "scratch"

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return a reference to the arrays in Ray's object store."""
        return ray.put(arrays)

    def adapt(self, context: ExecutionContext) -> ExecutionContext:
        if self._nodes is None:
            return context
        conditions = self.conditions
        return replace(
            context,
            run="",
            scratch="",
            carries=conditions.placement != "node",
            accelerator=conditions.accelerator,
        )

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield a batch for each kind of trial hosts, which their runners hold until they are stopped."""
        for needed, group in groupby(sorted(experiments, key=_hosts_needed), key=_hosts_needed):
            members = list(group)
            device, workers, share = needed
            missing = self._why_no_gpu(workers, share) if device == "gpu" else None
            if missing:
                yield Batch(members, missing=missing)
            else:
                yield Batch(members, self._supply(workers, share, len(members)))

    def _why_no_gpu(self, workers: int, share: float) -> str | None:
        if self._nodes is None:
            return why_no_gpu(workers, share)
        return self._nodes.why_no_gpu(workers if self.conditions.placement == "node" else 1, share)

    def _supply(self, workers: int, share: float, most: int) -> RunnerSupply:
        conditions = self.conditions
        if self._nodes is not None:
            demand = Demand(workers, share, conditions.accelerator, conditions.placement)
            return PlacedRunners(demand, conditions.jobs, conditions.limits, self._nodes)
        fitting = max(1, conditions.num_cpus // workers)
        if share:
            fitting = min(fitting, int(ray.cluster_resources()["GPU"] / (share * workers)))
        hosts = workers if conditions.actor_pool else 0
        count = min(conditions.jobs or fitting, most)
        return FixedRunners(ActorRunner(hosts, share, conditions.limits) for _ in range(count))


def _hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    """Return the device, the number of trial hosts, and each one's share of a GPU."""
    return experiment.device, experiment.workers, experiment.gpus_per_trial


ENGINE = RayEngine
