"""The execution of one experiment, from its names to its rows, on any engine."""

from __future__ import annotations

import logging
import math
import re
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ray import tune
from ray.tune.experiment import Trial

from benchmarks.core.scratch import scratch_folder
from benchmarks.core.seeding import searcher_seed, seed_libraries
from benchmarks.engines.common import failures, rows
from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.outcome import Outcome, Row, not_run
from benchmarks.engines.common.part_checks import Unusable, check_suggestions, scheduler_of
from benchmarks.engines.common.pause_notices import PauseNotices
from benchmarks.engines.common.recorder import Recorder
from benchmarks.engines.common.replayed_policy import NothingToReplay, best_policy, last_values
from benchmarks.engines.common.run_budget import RunBudget
from benchmarks.engines.common.search_plans import plan_of_experiment
from benchmarks.engines.common.shared_storage import below, remove
from benchmarks.engines.common.travel import pack
from benchmarks.engines.common.tune_job import TuneJob, quiet
from benchmarks.suite import registry
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import Capability, ScheduleSetup, SearchPlan
from results.store.schema import metric_column, tune_name

SEARCHER_METHODS = ("suggest", "next_trial", "on_trial_result", "on_trial_complete")
SCHEDULER_METHODS = (
    "choose_trial_to_run",
    "on_trial_add",
    "on_trial_result",
    "on_trial_complete",
    "on_trial_remove",
    "on_trial_error",
)


class Execution(ABC):
    """One experiment on an engine; its recorder may be watched from another thread.

    Args:
        clock: the engine's one clock.
    """

    def __init__(
        self,
        experiment: Experiment,
        context: ExecutionContext,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.experiment, self.context = experiment, context
        self.spec = registry.TRAINABLES[experiment.trainable]
        self.scheduler = registry.SCHEDULERS[experiment.scheduler]
        self.searcher = registry.SEARCHERS[experiment.searcher]
        self.num_trials = experiment.trials * self.searcher.budget
        self.seed = searcher_seed(self.spec.seeds_of or self.spec.name, experiment.repetition)
        self.clock = clock
        self.recorder = Recorder(clock, self.spec.metric)
        self.ledger = Ledger()
        self.real_s = 0.0  # wall time
        self.processor_s = 0.0  # processor time of this process while Tune ran
        self.replayed: Execution | None = None  # the experiment whose policy a replay uses
        self.overrun = ""  # what that step ran beyond its budget
        self.deaths: list[str] = []  # of processes and machines that the experiment needed
        self.told = ""  # what the searcher's library was told otherwise than the experiment says
        self.known_told: int | None = None  # known results that the searcher was told; None: there are none
        self.started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    @property
    def max_concurrent(self) -> int:
        """Trials that may be undecided at the same time."""
        return self.scheduler.max_concurrent(self.num_trials, self.experiment.workers)

    @property
    def epochs_before(self) -> int:
        """Epochs that the first step has spent."""
        return len(self.replayed.recorder.rows) if self.replayed else 0

    @property
    def num_results(self) -> int:
        """Number of results, those of the first step included."""
        return self.epochs_before + len(self.recorder.rows)

    @property
    def held(self) -> bool:
        """Whether the experiment waits for what is made for several experiments in turn."""
        return False

    def trial_states(self) -> str:
        """Describe the states of the trials in one line."""
        running = self.recorder if self.recorder.rows or not self.replayed else self.replayed.recorder
        return running.trial_states()

    def run(self) -> Outcome:
        """Run the experiment and return its rows; errors of its parts are not caught."""
        quiet()
        logging.getLogger("ray").setLevel(logging.ERROR)
        seed_libraries(self.seed)
        if self.context.is_remote:
            with scratch_folder() as folder:
                self.context = replace(self.context, run=str(folder / "kept"))
                outcome = self._run_in(folder / "scratch")
                pack(outcome, folder / "kept", self.node())
                return outcome
        return self._run_in(Path(self.context.scratch, self.experiment.key))

    def _run_in(self, scratch: Path) -> Outcome:
        """Run in a folder for temporary files, which is removed at the end."""
        scratch.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        try:
            if self.scheduler.replays is None:
                ray_trials = self.tune(scratch / "tune", self.plan())
            else:
                ray_trials = self._replay(scratch)
            self.real_s = time.perf_counter() - begun
            outcome = rows.outcome_of(self, sorted(ray_trials, key=proposal_index))
            outcome.doubt = "; ".join([*(self.replayed.deaths if self.replayed else ()), *self.deaths])
            return outcome
        except (NothingToReplay, Unusable) as why:
            return not_run(self.experiment, "failed", str(why))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            if self.context.storage:
                with suppress(OSError):  # the driver removes what is left at the end
                    remove(below(self.context.storage, self.experiment.key))

    def sibling(self, experiment: Experiment) -> Execution:
        """Return another experiment on the same engine, clock and context."""
        return type(self)(experiment, self.context)

    def node(self) -> str:
        """Return the address of this machine."""
        return ""

    @abstractmethod
    def get_ready(self) -> None:
        """Warm up before the clock starts."""

    @abstractmethod
    def carry_out(self, job: TuneJob) -> list[Trial]:
        """Let Tune run the job and return its trials."""

    @abstractmethod
    def test(self, trial: Any, best: Row) -> Row:
        """Return the columns of the incumbent's model: its checkpoint and its test metric, if any."""

    @abstractmethod
    def times(self) -> Row:
        """Return the columns of driver and worker time and memory that this engine alone can measure."""

    def _replay(self, scratch: Path) -> list[Trial]:
        """Run the scheduler that is replayed, then one trial with the policy that it found."""
        self.replayed = first = self.sibling(replace(self.experiment, scheduler=str(self.scheduler.replays)))
        ray_trials = first.tune(scratch / "first", first.plan())
        self.overrun = failures.beyond_budget(first, ray_trials)
        values = last_values(first.recorder.rows, metric_column(first.spec.metric))
        if not values:
            why = failures.why_no_value(first, ray_trials)
            raise NothingToReplay(f"{first.experiment.scheduler} left no policy to replay: {why}")
        policy, constants = best_policy(ray_trials, values, first.spec.mode, scratch)
        generator = tune.search.BasicVariantGenerator(random_state=self.seed)
        return self.tune(scratch / "tune", SearchPlan(constants, 1, generator), policy)

    def plan(self) -> SearchPlan:
        """Return the searcher's plan for the trainable's space; note what the searcher was told."""
        plan, self.known_told = plan_of_experiment(
            *(self.experiment, self.context.known, self.num_trials, self.seed, self.max_concurrent)
        )
        self.told = plan.told
        return plan

    def tune(self, storage: Path, plan: SearchPlan, policy: str | None = None) -> list[Trial]:
        """Let Tune carry out the plan and return its trials; ``storage`` takes Tune's own output."""
        e, spec = self.experiment, self.spec
        scheduler = scheduler_of(
            self.scheduler,
            ScheduleSetup(
                spec.space(), spec.mutable, self.num_trials, e.epochs, e.workers, self.seed, policy
            ),
        )
        saves = Capability.CHECKPOINTS in spec.provides
        self.get_ready()
        # The clock starts here, so that the first import of a library is not charged to a searcher or trial.
        self.recorder = Recorder(self.clock, spec.metric)
        self._meter(plan.algorithm, scheduler)
        job = TuneJob(
            name=f"{e.key}-{storage.name}",
            plan=plan,
            scheduler=scheduler,
            metric=tune_name(spec.metric),
            mode=spec.mode,
            epochs=e.epochs,
            storage=below(self.context.storage, e.key, storage.name)
            if self.context.storage
            else str(storage),
            checkpoint_every=int(saves),
            max_failures=e.max_failures,
            reuse_actors=self.scheduler.reuse_actors and saves,
            over_budget=lambda: len(self.recorder.started) > self.num_trials,
            stopper=self._budget(),
            callbacks=(self.recorder, PauseNotices(plan.algorithm, self.recorder)),
        )
        busy = time.process_time()
        ray_trials = self.carry_out(job)
        self.processor_s = time.process_time() - busy
        if job.stopper:
            self.recorder.cut_at = min(job.stopper.seconds, self.recorder.wall)
        return ray_trials

    def training_seconds(self) -> float | None:
        """Return the seconds of a full training of the task, of all its epochs; None if unknown (yet).

        They are those of the experiment's own first trials, unless the engine knows better.
        """
        seconds = self.recorder.first_trials.seconds(self.experiment.epochs)
        return seconds if seconds > 0 else None

    def _budget(self) -> RunBudget | None:
        """Return what ends the run as a whole; None if nothing does."""
        e = self.experiment
        if not (e.time_budget or e.budget):
            return None

        def trained_enough() -> bool:
            each = self.training_seconds() if e.budget else None
            return each is not None and self.recorder.trained_s >= e.budget * each

        return RunBudget(self.clock, e.time_budget or math.inf, trained_enough)

    def _meter(self, search: Any, scheduler: Any) -> None:
        self.recorder.stand_before(scheduler, search)
        check_suggestions(search)
        self.ledger.meter(search, [m for m in SEARCHER_METHODS if hasattr(search, m)], "suggest")
        self.ledger.meter(scheduler, SCHEDULER_METHODS, "decide")


def proposal_index(trial: Trial) -> int:
    """Return the trial's index in proposal order; Tune moves a retried trial to the end of its list."""
    number = re.match(r"\d+", trial.experiment_tag or "")  # a replay's one trial has another tag
    return int(number[0]) if number else 0
