"""The experiments of the certificate, on Ray and on the virtual clock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import ray

from benchmarks.core.scratch import of_process
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.engine import Conditions
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import Limits
from benchmarks.engines.live.engine import LiveEngine
from benchmarks.engines.ray.cluster import cluster
from benchmarks.engines.ray.hosts import start_hosts
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.fidelity.recorded import Script, recorded
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.trainables._simulated import PACED

TRAINABLE = "branin"
WORKERS = 4
LIMITS = Limits(timeout=1800.0, stall=300.0)


@dataclass
class RealRun:
    """A real run: its experiment, its outcome, and its order of events."""

    experiment: Experiment
    outcome: Outcome
    scripts: list[Script] = field(default_factory=list)


def pairs(searchers: list[str], schedulers: list[str]) -> list[tuple[str, str]]:
    """Return the combinations of these that can run here."""
    return [
        (searcher, scheduler)
        for searcher in SEARCHERS.select(searchers)
        for scheduler in SCHEDULERS.select(schedulers)
        if not why_incompatible(SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES[TRAINABLE])
        and not why_unavailable(SEARCHERS[searcher], SCHEDULERS[scheduler])
    ]


def experiment_of(searcher: str, scheduler: str, trials: int, epochs: int, repetition: int = 0) -> Experiment:
    """Return the experiment, for the real engine."""
    return Experiment(
        *(TRAINABLE, searcher, scheduler),
        trials=trials,
        epochs=epochs,
        workers=WORKERS,
        repetition=repetition,
    )


class Laboratory:
    """Runs real experiments one after another on hosts that stay alive.

    Args:
        pace: real seconds of a second that a curve says.
    """

    def __init__(self, folder: Path, pace: float) -> None:
        self._hosts = tuple(start_hosts(WORKERS))
        self._context = ExecutionContext(
            *(ray.put({PACED: np.array(pace)}), f"pace-{pace:g}", str(folder), str(folder / "scratch")),
            hosts=self._hosts,
        )

    def run(self, experiment: Experiment) -> RealRun:
        return RealRun(experiment, *recorded(experiment, self._context))

    def close(self) -> None:
        """End the hosts."""
        for host in self._hosts:
            ray.kill(host)


@contextmanager
def laboratory(pace: float) -> Iterator[Laboratory]:
    """Yield a laboratory on a Ray cluster of its own."""
    with cluster(WORKERS, 0) as folder:
        lab = Laboratory(folder / "lab", pace)
        yield lab
        lab.close()


@contextmanager
def bare_context() -> Iterator[ExecutionContext]:
    """Yield a context for virtual experiments in this process."""
    with tempfile.TemporaryDirectory(dir=of_process()) as folder:
        yield ExecutionContext({}, "", folder, folder)


@contextmanager
def trained(experiments: Sequence[Experiment]) -> Iterator[ExecutionContext]:
    """Yield a context for these experiments on the engine ``live``, in this process, with its trainers."""
    with tempfile.TemporaryDirectory(dir=of_process()) as folder:
        engine = LiveEngine(Conditions(LIMITS, num_cpus=1, num_gpus=0, curves=Path(folder, "curves")))
        try:
            scratch = engine.open(experiments)
            source = engine.share({PACED: np.array(0.0)}, "unpaced", "unpaced")
            list(engine.runners([replace(e, engine="live") for e in experiments]))  # starts the trainers
            yield ExecutionContext(source, "unpaced", folder, str(scratch))
        finally:
            engine.close()


def virtually(
    experiment: Experiment, kind: type[VirtualExecution] = VirtualExecution, **world: Any
) -> Outcome:
    """Return the outcome of the experiment on the virtual clock, in this process."""
    with bare_context() as context:
        return kind(replace(experiment, engine="virtual", **world), context).run()
