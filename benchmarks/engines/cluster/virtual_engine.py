"""The engine ``virtual`` on a Ray cluster that others have started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.engines.cluster.joined import joined
from benchmarks.engines.cluster.station import StationParts
from benchmarks.engines.cluster.stations import Stations
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Batch, Engine
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment


class ClusterVirtualEngine(Engine):
    """Trials follow learning curves on a virtual clock; a station on each node runs the experiments."""

    execution = VirtualExecution

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Join the cluster; experiments have folders of their own where they run.

        Raises:
            Misuse: if there is no cluster to be joined.
        """
        self._nodes = self.resources.enter_context(joined(self.conditions.address))
        return Path()

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return the arrays; each station gets a copy, once."""
        return arrays

    def adapt(self, context: ExecutionContext) -> ExecutionContext:
        return replace(context, run="", scratch="")

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield one batch."""
        parts = StationParts(
            tuple(sorted({e.searcher for e in experiments})),
            tuple(sorted({e.scheduler for e in experiments})),
            tuple(sorted({e.trainable for e in experiments})),
        )
        conditions = self.conditions
        yield Batch(experiments, Stations(conditions.jobs, conditions.limits, parts, self._nodes))


ENGINE = ClusterVirtualEngine
