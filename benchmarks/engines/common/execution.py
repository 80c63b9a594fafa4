"""One experiment, from its names to its rows, whatever engine carries it out."""

from __future__ import annotations

import logging
import math
import re
import shutil
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune
from ray.tune.experiment import Trial

from benchmarks.core.seeding import searcher_seed, seed_libraries, start_seed
from benchmarks.engines.common import rows
from benchmarks.engines.common.built import Unusable, check_suggestions, plan_of, scheduler_of
from benchmarks.engines.common.job import TimeBudget, TuneJob, quiet
from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.outcome import Outcome, Row, not_run
from benchmarks.engines.common.pause_notices import PauseNotices
from benchmarks.engines.common.recorder import Recorder
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite import registry
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import Capability, ScheduleSetup, SearchPlan, SearchSetup
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


@dataclass(frozen=True)
class ExecutionContext:
    """Where an experiment runs.

    Attributes:
        data: the trainable's arrays, or Ray's reference to them; ``data_key`` names their content.
        run: the run's folder, which receives the incumbent's checkpoint.
        scratch: a folder for Tune's own output, removed afterwards.
        tensorboard: keep Tune's TensorBoard logs in the run's folder.
        environment: key of the environment's record in the run's provenance.
        hosts: trial hosts of the engine ``tune``; without any, Tune starts its own (``Tuner.fit``).
    """

    data: Any
    data_key: str
    run: str
    scratch: str
    tensorboard: bool = False
    environment: str = ""
    hosts: tuple[Any, ...] | None = None


class NothingFound(Exception):
    """The first step of a replay gave nothing to replay; says why in one line."""


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
        self.real_s = 0.0  # wall time so far
        self.processor_s = 0.0  # that this process had a processor while Tune ran
        self.first: Execution | None = None  # the step before this one, of a replay
        self.beyond = ""  # what that step ran beyond its budget
        self.started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    @property
    def max_concurrent(self) -> int:
        """Trials that may be undecided at the same time."""
        together = self.scheduler.look_ahead == "trials"
        return self.num_trials if together else min(self.experiment.workers, self.num_trials)

    @property
    def epochs_before(self) -> int:
        """Epochs that the first step has spent."""
        return len(self.first.recorder.rows) if self.first else 0

    @property
    def results(self) -> int:
        """Results so far, those of the first step included."""
        return self.epochs_before + len(self.recorder.rows)

    def who_waits(self) -> str:
        """Say in one line what the trials are doing."""
        running = self.recorder if self.recorder.rows or not self.first else self.first.recorder
        return running.who_waits()

    def run(self) -> Outcome:
        """Run it and return its rows.  What the trainable, searcher or scheduler raises is not caught."""
        quiet()
        logging.getLogger("ray").setLevel(logging.ERROR)
        seed_libraries(self.seed)
        scratch = Path(self.context.scratch, self.experiment.key)
        scratch.mkdir(parents=True, exist_ok=True)
        begun = time.perf_counter()
        try:
            if self.scheduler.replays is None:
                trials = self.tune(scratch / "tune", self.plan())
            else:
                trials = self._replay(scratch)
            self.real_s = time.perf_counter() - begun
            return rows.outcome(self, sorted(trials, key=number_given))
        except (NothingFound, Unusable) as why:
            return not_run(self.experiment, "failed", str(why))
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def of(self, experiment: Experiment) -> Execution:
        """Return another experiment on the same engine, clock and context."""
        return type(self)(experiment, self.context)

    @abstractmethod
    def get_ready(self) -> None:
        """Do what shall not count, before the clock starts."""

    @abstractmethod
    def carry_out(self, job: TuneJob) -> list[Trial]:
        """Let Tune run the job and return its trials."""

    @abstractmethod
    def test(self, trial: Any, best: Row) -> Row:
        """Return what is known of the incumbent's model: its checkpoint and its test metric, if any."""

    @abstractmethod
    def times(self) -> Row:
        """Return what the engine alone can say of where its driver's and its workers' means went."""

    def _replay(self, scratch: Path) -> list[Trial]:
        """Run the scheduler that is replayed, then one trial with the policy that it found."""
        self.first = first = self.of(replace(self.experiment, scheduler=str(self.scheduler.replays)))
        trials = first.tune(scratch / "first", first.plan())
        self.beyond = rows.beyond_budget(first, trials)
        values = last_values(first.recorder.rows, metric_column(first.spec.metric))
        if not values:
            why = rows.why_no_value(first, trials)
            raise NothingFound(f"{first.experiment.scheduler} left no policy to replay: {why}")
        policy, constants = best_policy(trials, values, first.spec.mode, scratch)
        generator = tune.search.BasicVariantGenerator(random_state=self.seed)
        return self.tune(scratch / "tune", SearchPlan(constants, 1, generator), policy)

    def plan(self) -> SearchPlan:
        """Return what the searcher makes of the trainable's space."""
        space = self.spec.space()
        first = first_configurations(self.experiment, space)
        setup = SearchSetup(space, self.num_trials, self.seed, self.max_concurrent, first)
        return plan_of(self.searcher, setup)

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
            storage=str(storage),
            checkpoint_every=int(saves),
            max_failures=e.max_failures,
            reuse_actors=self.scheduler.reuse_actors and saves,
            beyond=lambda: len(self.recorder.started) > self.num_trials,
            stopper=TimeBudget(self.clock, e.time_budget) if e.time_budget else None,
            callbacks=(self.recorder, PauseNotices(plan.algorithm, self.recorder)),
        )
        busy = time.process_time()
        trials = self.carry_out(job)
        self.processor_s = time.process_time() - busy
        if e.time_budget:
            self.recorder.cut_at = min(e.time_budget, self.recorder.wall)
        return trials

    def _meter(self, search: Any, scheduler: Any) -> None:
        self.recorder.stand_before(scheduler, search)
        check_suggestions(search)
        self.ledger.meter(search, [m for m in SEARCHER_METHODS if hasattr(search, m)], "suggest")
        self.ledger.meter(scheduler, SCHEDULER_METHODS, "decide")


def first_configurations(experiment: Experiment, space: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the configurations that every searcher of this repetition begins with."""
    if not experiment.same_start:
        return ()
    encoding = Encoding(space)
    generator = np.random.default_rng(start_seed(experiment.trainable, experiment.repetition))
    return tuple(encoding.draw(generator) for _ in range(min(experiment.same_start, experiment.trials)))


def number_given(trial: Trial) -> int:
    """Return how many trials were given before this one; Tune moves one that is tried again to the end."""
    number = re.match(r"\d+", trial.experiment_tag or "")  # a replay's one trial has another tag
    return int(number[0]) if number else 0


def last_values(results: Iterable[Row], metric: str) -> dict[str, float]:
    """Return the last finite value of a metric that each trial reported, by Tune's trial ids."""
    return {row["trial_id"]: row[metric] for row in results if math.isfinite(row.get(metric, math.nan))}


def best_policy(
    trials: list[Trial], values: Mapping[str, float], mode: str, folder: Path
) -> tuple[str, dict[str, Any]]:
    """Return the policy file and the last configuration of PBT's best trial at its end.

    A trial that was never perturbed has left no policy; an empty file then replays its constants.

    Args:
        trials: of PBT.
        values: the last value of each trial that has one; not empty.
        mode: "min" or "max".
        folder: receives the file.
    """
    known = [trial for trial in trials if trial.trial_id in values]
    best = (max if mode == "max" else min)(known, key=lambda trial: values[trial.trial_id])
    policy = folder / "policy.txt"
    left = Path(best.local_experiment_path, f"pbt_policy_{best.trial_id}.txt")
    policy.write_text(left.read_text() if left.exists() else "")
    return str(policy), dict(best.config)
