"""The engine ``live``: experiments on a virtual clock, and one pool of trainers for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import ray

from benchmarks.curves.live.lineage import Subject
from benchmarks.curves.live.seconds import recosts
from benchmarks.curves.live.store import CurveStore
from benchmarks.engines.common.engine import Batch, Conditions, Engine
from benchmarks.engines.common.runner import Limits
from benchmarks.engines.common.supply import FixedRunners
from benchmarks.engines.live.curve_server import CurveServer
from benchmarks.engines.live.execution import LiveExecution
from benchmarks.engines.live.messages import Source
from benchmarks.engines.live.pool import Lesson, Pool
from benchmarks.engines.ray.cluster import check_alive, cluster, why_no_gpu
from benchmarks.engines.ray.pool import resources_of_trial
from benchmarks.engines.virtual.fork_server import begin_preload
from benchmarks.engines.virtual.process_runner import ProcessRunner
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES, Capability
from benchmarks.suite.session import Session
from benchmarks.training.reports import reporting
from benchmarks.training.trained import as_tune_takes_it
from results.store.schema import tune_name

LEAST_OPEN, OPEN_PER_CPU = 32, 8  # experiments that wait for epochs at the same time
SOCKET = "curves"


class LiveRunner(ProcessRunner):
    """Runs experiments that ask a curve server for their epochs."""

    def __init__(self, limits: Limits, server: CurveServer) -> None:
        super().__init__(limits)
        self._server = server

    @classmethod
    def ready(cls, runners: Sequence[Self], timeout: float) -> list[Self]:
        check_alive()
        if runners[0]._server.error is not None:
            raise runners[0]._server.error
        return super().ready(runners, timeout)


class LiveEngine(Engine):
    """Trials follow curves of real trainings, each made once, on a virtual clock."""

    execution = LiveExecution

    def __init__(self, conditions: Conditions) -> None:
        super().__init__(conditions)
        self._data: dict[str, tuple[Any, str]] = {}  # by content: reference to the arrays, their key
        self._server: CurveServer | None = None
        self._unfinished: set[str] = set()  # curves of experiments that were cut off
        self._notes: list[str] = []

    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Start the cluster, the trainers and the curve server; return a folder for temporary files.

        Raises:
            ClusterDied: if Ray cannot be started.
            OSError: if the folder of curves cannot be written.
            ResultsError: if a file in it is damaged.
        """
        conditions = self.conditions
        store = CurveStore(conditions.curves, conditions.keep_checkpoints)
        limits = conditions.limits
        loaded = begin_preload(
            *({e.searcher for e in experiments}, {e.scheduler for e in experiments}),
            {e.trainable for e in experiments},  # for the reference values of scores
            patience=min(limits.timeout, limits.stall),
            engine=__name__,
        )
        folder = self.resources.enter_context(cluster(conditions.num_cpus, conditions.num_gpus, niceness=0))
        loaded()
        (folder / "scratch").mkdir(exist_ok=True)
        self._address, self._store = folder / SOCKET, store
        self._factors = {key: measured.factor for key, measured in recosts(conditions.curves).items()}
        self.resources.callback(lambda: store.close(self._unfinished))
        return folder / "scratch"

    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Source:
        """Put the arrays into Ray's object store; return where the curves learned from them are."""
        self._data[content] = ray.put(arrays), key
        return Source(str(self._address), content, self._factors)

    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield a batch for each kind of trainers: those of the CPU, and of each share of a GPU."""
        kinds = sorted({(e.device, e.gpus_per_trial) for e in experiments})
        for device, share in kinds:
            members = [e for e in experiments if (e.device, e.gpus_per_trial) == (device, share)]
            missing = why_no_gpu(1, share) if device == "gpu" else None
            if missing:
                yield Batch(members, missing=missing)
            else:
                yield self._batch(members, share)

    def _batch(self, experiments: Sequence[Experiment], share: float) -> Batch:
        trainers = self.conditions.num_cpus
        if share:
            trainers = min(trainers, int(ray.cluster_resources()["GPU"] / share))
        self._end_server()
        self._server = server = CurveServer(
            self._address,
            self._store,
            lambda wake: Pool(trainers, share, wake),
            self._lesson,
            self.conditions.limits.stall,
            self.conditions.retry,
            max(e.epochs for e in experiments),
        )
        server.start()
        self.resources.callback(self._end_server)
        most = self.conditions.jobs or max(LEAST_OPEN, OPEN_PER_CPU * self.conditions.num_cpus)
        count = min(most, len(experiments))
        runners = (LiveRunner(self.conditions.limits, server) for _ in range(count))
        return Batch(experiments, FixedRunners(runners))

    def _lesson(self, subject: Subject) -> Lesson:
        """Return how a subject is trained."""
        spec = TRAINABLES[subject.trainable]
        arrays, key = self._data[subject.content]
        session = Session(subject.trainable, subject.repetition, subject.device, arrays, key)
        return Lesson(
            trainable=ray.put(reporting(as_tune_takes_it(spec, session))),
            target=ray.put(spec.target),
            session=session,
            resources=resources_of_trial(subject.gpus),
            keeps=Capability.CHECKPOINTS in spec.provides,
            metric=tune_name(spec.metric),
            larger=spec.mode == "max",
        )

    def notes(self) -> list[str]:
        """Return how many epochs were trained, and which trainables are not deterministic."""
        return self._notes

    def _end_server(self) -> None:
        """End the curve server, if it runs, and note what it has done."""
        server, self._server = self._server, None
        if server is None:
            return
        self._unfinished |= server.unfinished
        server.close()
        self._address.unlink(missing_ok=True)
        counts = server.counters
        with suppress(OSError):  # the disk is full: a run does not need them
            counts.write(self.conditions.curves)
        again = f", {counts.again:,} of them once more for lack of a checkpoint" if counts.again else ""
        self._notes.append(f"trained {counts.trained + counts.again:,} epochs{again}")
        self._notes += server.trainings.repeats.lines()


ENGINE = LiveEngine
