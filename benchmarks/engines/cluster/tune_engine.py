"""The engine ``tune`` on a Ray cluster that others have started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import ray

from benchmarks.engines.cluster.joined import joined
from benchmarks.engines.cluster.placement import PlacedRunners, RunnerNeeds
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Batch, Engine
from benchmarks.engines.common.shared_storage import below, folder_name, remove
from benchmarks.engines.ray.engine import hosts_needed
from benchmarks.engines.ray.execution import TuneExecution
from benchmarks.suite.experiment import Experiment


class ClusterTuneEngine(Engine):
    """Trials train for real, in Ray actors within placement groups."""

    execution = TuneExecution

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Join the cluster; experiments have folders of their own where they run.

        Raises:
            Misuse: if there is no cluster to be joined.
        """
        conditions = self.conditions
        self._storage = conditions.storage and below(conditions.storage, folder_name(conditions.run))
        if self._storage:
            self.resources.callback(self._tidy)
        self._nodes = self.resources.enter_context(joined(conditions.address, conditions.storage))
        return Path()

    def _tidy(self) -> None:
        """Remove what experiments that were ended have left in the storage."""
        with suppress(OSError):  # nothing depends on it
            remove(self._storage)

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return a reference to the arrays, which travel to a node once."""
        return ray.put(arrays)

    def adapt(self, context: ExecutionContext) -> ExecutionContext:
        conditions = self.conditions
        return replace(
            context,
            run="",
            scratch="",
            carries=conditions.placement != "node" and not self._storage,
            storage=self._storage,
            accelerator=conditions.accelerator,
        )

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield a batch for each kind of trial hosts."""
        conditions = self.conditions
        for needed, group in groupby(sorted(experiments, key=hosts_needed), key=hosts_needed):
            members = list(group)
            device, workers, share = needed
            together = workers if conditions.placement == "node" else 1
            missing = self._nodes.why_no_gpu(together, share) if device == "gpu" else None
            if missing:
                yield Batch(members, missing=missing)
            else:
                needs = RunnerNeeds(workers, share, conditions.accelerator, conditions.placement)
                runners = PlacedRunners(needs, conditions.jobs, conditions.limits, self._nodes)
                yield Batch(members, runners)


ENGINE = ClusterTuneEngine
