"""The execution of an experiment on a virtual clock, on curves that are trained meanwhile."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from ray.tune.experiment import Trial

from benchmarks.core.reasons import Headline
from benchmarks.curves.live.lineage import Subject
from benchmarks.engines.common.outcome import Row
from benchmarks.engines.common.tune_job import TuneJob
from benchmarks.engines.live.client import TrainedCurves
from benchmarks.engines.live.manager import LiveActorManager
from benchmarks.engines.virtual.controller import VirtualController
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.fast.controller import FastController
from benchmarks.engines.virtual.latency import Latency
from benchmarks.engines.virtual.worker_faults import FaultModel
from benchmarks.suite.registry import Capability
from benchmarks.training import reports
from results.store.schema import tune_name

POLITE = 10  # niceness of an experiment's process: trainings, which are timed, come first


class LiveExecution(VirtualExecution):
    """One experiment on curves of real trainings; the clock is virtual time."""

    _curves: TrainedCurves | None = None
    _manager: LiveActorManager | None = None

    @property
    def held(self) -> bool:
        return self._curves is not None and self._curves.held

    def get_ready(self) -> None:
        """Leave the processors to trainings where both want them."""
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, POLITE)

    def carry_out(self, job: TuneJob) -> list[Trial]:
        # The light controller has no place for a function that ends without a last report.
        is_class = isinstance(self.spec.target, type)
        self.controller: type[VirtualController] = FastController if is_class else VirtualController
        return super().carry_out(job)

    def manager(self, faults: FaultModel, latency: Latency) -> LiveActorManager:
        """Return the manager of the experiment's actors."""
        self._curves = self.model()
        self._manager = LiveActorManager(self._clock, faults, latency, self._curves)
        return self._manager

    def model(self) -> TrainedCurves:
        """Return the trainable's curves in this repetition, of real trainings."""
        e, source = self.experiment, self.context.data
        subject = Subject(e.trainable, source.content, e.device, e.gpus_per_trial, e.repetition)
        return TrainedCurves(source, subject, self.ledger.charge)

    def times(self) -> Row:
        """Return how epochs were trained, the seconds of waiting, and how trainings differ."""
        if self._curves is None:
            return {}
        return {
            "epochs_trained": sum(step.trained for step in self._steps()),
            "wait_s": self.ledger["wait"],
            "differs": self._curves.differs(),
            "busy": self._curves.load.busy,
            "stretch": self._curves.load.stretch,
            "recost": self._curves.factor,
        }

    def _steps(self) -> list[TrainedCurves]:
        """Return the curves of this experiment, and of the step that it replays."""
        first = self.replayed._steps() if isinstance(self.replayed, LiveExecution) else []
        return first + ([self._curves] if self._curves is not None else [])

    def test(self, trial: Any, best: Row) -> Row:
        """Keep the incumbent's checkpoint in the run's folder, and return its test metric."""
        row: Row = {"test_metric": self.spec.test_metric or "", "checkpoint": ""}
        assert self._manager is not None and self._curves is not None
        state = self._manager.states.get((trial.trial_id, best["epoch"]))
        if state is None or Capability.CHECKPOINTS not in self.spec.provides:
            return row
        relative = Path("checkpoints", self.experiment.key)
        target = Path(self.context.run, relative).absolute()
        tested = bool(self.spec.test_metric) and isinstance(self.spec.target, type)
        answer = self._curves.test(state, str(target), tested)
        if answer.failure:
            raise Headline(answer.failure)
        row["checkpoint"] = relative.as_posix() if answer.kept else ""
        if tested and answer.kept:
            metrics = answer.metrics or {}
            row["test"] = reports.number(metrics.get(tune_name(str(self.spec.test_metric))))
            if row["test"] is None:
                named = ", ".join(sorted(metrics)) or "nothing"
                raise ValueError(f"test() gave no number {self.spec.test_metric}; it gave: {named}")
        return row
