"""The engine ``tune``: a Ray cluster, and runners on trial hosts of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks.engines.common.engine import Batch, Engine
from benchmarks.engines.common.supply import FixedRunners
from benchmarks.engines.ray.actor_runner import ActorRunner
from benchmarks.engines.ray.cluster import cluster, why_no_gpu
from benchmarks.engines.ray.execution import TuneExecution
from benchmarks.suite.experiment import Experiment


class RayEngine(Engine):
    """Trials train for real, in Ray actors on this machine."""

    execution = TuneExecution

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Start the cluster; return a folder within its own.

        Raises:
            ClusterDied: if Ray cannot be started.
        """
        conditions = self.conditions
        return self.resources.enter_context(cluster(conditions.num_cpus, conditions.num_gpus)) / "scratch"

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return a reference to the arrays in Ray's object store."""
        return ray.put(arrays)

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield a batch for each kind of trial hosts, which their runners hold until they are stopped."""
        for needed, group in groupby(sorted(experiments, key=hosts_needed), key=hosts_needed):
            members = list(group)
            device, workers, share = needed
            missing = why_no_gpu(workers, share) if device == "gpu" else None
            if missing:
                yield Batch(members, missing=missing)
            else:
                yield Batch(members, FixedRunners(self._runners(workers, share, len(members))))

    def _runners(self, workers: int, share: float, most: int) -> list[ActorRunner]:
        fitting = max(1, self.conditions.num_cpus // workers)
        if share:
            fitting = min(fitting, int(ray.cluster_resources()["GPU"] / (share * workers)))
        hosts = workers if self.conditions.actor_pool else 0
        count = min(self.conditions.jobs or fitting, most)
        return [ActorRunner(hosts, share, self.conditions.limits) for _ in range(count)]


def hosts_needed(experiment: Experiment) -> tuple[str, int, float]:
    """Return the device, the number of trial hosts, and each one's share of a GPU."""
    return experiment.device, experiment.workers, experiment.gpus_per_trial


ENGINE = RayEngine
