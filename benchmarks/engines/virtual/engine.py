"""The engine ``virtual``: processes forked from one that has the libraries loaded, without Ray's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.core.scratch import scratch_folder
from benchmarks.engines.common.engine import Batch, Engine
from benchmarks.engines.common.supply import FixedRunners
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.fork_server import preload
from benchmarks.engines.virtual.process_runner import ProcessRunner
from benchmarks.suite.experiment import Experiment


class VirtualEngine(Engine):
    """Trials follow learning curves on a virtual clock, each experiment in a process of its own."""

    execution = VirtualExecution

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Load the libraries and tables of these experiments; return a folder in memory if there is room."""
        limits = self.conditions.limits
        preload(
            *({e.searcher for e in experiments}, {e.scheduler for e in experiments}),
            {e.trainable for e in experiments},
            patience=min(limits.timeout, limits.stall),
        )
        return self.resources.enter_context(scratch_folder(in_memory=True))

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return the arrays; each process gets a copy."""
        return arrays

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield one batch."""
        count = min(self.conditions.jobs or self.conditions.num_cpus, len(experiments))
        runners = (ProcessRunner(self.conditions.limits) for _ in range(count))
        yield Batch(experiments, FixedRunners(runners))


ENGINE = VirtualEngine
