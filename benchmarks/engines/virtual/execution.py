"""The execution of an experiment on a virtual clock, in this process, without Ray's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from ray import tune
from ray.tune.experiment import Trial
from ray.tune.search import BasicVariantGenerator

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Place
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.execution import Execution
from benchmarks.engines.common.full_training import sampled_epoch, stored_epoch
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.outcome import Row
from benchmarks.engines.common.tune_job import TuneJob, drive
from benchmarks.engines.virtual.clock import Clock
from benchmarks.engines.virtual.controller import VirtualController
from benchmarks.engines.virtual.fast.controller import FastController
from benchmarks.engines.virtual.fast.trials import SingleCpu
from benchmarks.engines.virtual.latency import Latency
from benchmarks.engines.virtual.manager import VirtualActorManager
from benchmarks.engines.virtual.search import CountedSearch, count_variants
from benchmarks.engines.virtual.storage import VirtualExperiment
from benchmarks.engines.virtual.worker_faults import FaultModel, Workers
from benchmarks.suite.capabilities import Effect
from benchmarks.suite.engines import ENGINES
from benchmarks.suite.experiment import Experiment
from results.store.schema import metric_column


class PlaceholderTrainable(tune.Trainable):
    """Stands for the trainable in Tune's registry; never instantiated."""


class VirtualExecution(Execution):
    """One experiment on curves; the clock is virtual time, the ledger's driver accounts are real seconds."""

    saves = False  # a checkpoint every epoch, needed or not
    controller: type[VirtualController] = FastController

    def __init__(self, experiment: Experiment, context: ExecutionContext, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        super().__init__(experiment, context, self._clock)
        if experiment.charge_overhead == "measured":
            self.ledger = ChargedLedger(self._clock)

    def sibling(self, experiment: Experiment) -> Execution:
        return type(self)(experiment, self.context, self._clock)

    def get_ready(self) -> None:
        """No-op: the virtual clock counts only what is simulated."""

    def carry_out(self, job: TuneJob) -> list[Trial]:
        e = self.experiment
        speeds = tuple(map(float, e.speeds.split(",")))
        workers = Workers(e.workers, e.stragglers, e.drop_outs, e.preemptions, speeds=speeds)
        faults = FaultModel(workers, derive("room", e.trainable, e.repetition))
        tune.register_trainable(job.name, PlaceholderTrainable)
        latency = Latency.of(e.latency)
        if not (self.saves or e.max_failures or latency.save or Effect.PAUSE in self.scheduler.does):
            job = replace(job, checkpoint_every=0)  # none would be read, they take no time and change no turn
        experiment = job.experiment(VirtualExperiment, SingleCpu())
        options = job.options(experiment, CountedSearch)
        if isinstance(options["search_alg"], BasicVariantGenerator):
            count_variants(options["search_alg"])
        manager = self.manager(faults, latency)
        if job.stopper is not None:
            self._clock.deadline = job.stopper.ends
        controller = self.controller(manager, self._clock, e.workers, **options)
        drive(controller, experiment, job.over_budget)
        if job.stopper is not None and job.stopper.spent_after is not None:
            self.recorder.wall = job.stopper.spent_after  # epochs that it cut end later
        return controller._trials

    def manager(self, faults: FaultModel, latency: Latency) -> VirtualActorManager:
        """Return the manager of the experiment's actors."""
        return VirtualActorManager(self._clock, faults, latency, self.model())

    def model(self) -> CurveModel:
        """Return the trainable's curves in this repetition."""
        e = self.experiment
        assert self.spec.curves is not None, f"{self.spec.name} has no curves"
        return self.spec.curves(Place(e.trainable, e.repetition, self.context.data))

    def training_seconds(self) -> float | None:
        """Return what the curves say; of a task that says nothing of its cost, only where a budget asks."""
        each = self._epoch_seconds
        return self.experiment.epochs * each if each else super().training_seconds()

    @cached_property
    def _epoch_seconds(self) -> float | None:
        e = self.experiment
        if not ENGINES[e.engine].from_curves:
            return None
        stored = stored_epoch(e.trainable)
        return sampled_epoch(e.trainable, self.context.data) if stored is None and e.budget else stored

    def test(self, trial: Any, best: Row) -> Row:
        """Return the test metric that the curve has at the incumbent; curves leave no model behind."""
        name = self.spec.test_metric
        column = metric_column(name or "")
        if name is None or column not in best:
            return {"test_metric": "", "checkpoint": ""}
        return {"test_metric": name, "test": best[column], "checkpoint": ""}

    def times(self) -> Row:
        """Return nothing: waiting and Tune's own work are not simulated."""
        return {}


class ChargedLedger(Ledger):
    """A ledger whose seconds also pass on the virtual clock: slow decisions delay the trials."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._virtual = clock

    def charge(self, account: str, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        before = self._inner[0]  # of all finished calls; nested ones are part of the outer ones
        try:
            return super().charge(account, call, *args, **kwargs)
        finally:
            self._virtual.spend(self._inner[0] - before)
