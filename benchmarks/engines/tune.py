"""The engine ``tune``: one experiment on Ray actors, from its names to its rows."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune
from ray.tune.logger import TBXLoggerCallback

from benchmarks import registry
from benchmarks.encoding import Encoding
from benchmarks.engines import rows
from benchmarks.engines.controller import TuneJob, by_tuner, on_hosts, quiet
from benchmarks.engines.ledger import Ledger
from benchmarks.engines.outcome import Outcome
from benchmarks.engines.pauses import Pauses
from benchmarks.engines.pool import resources_of_trial
from benchmarks.engines.recorder import Recorder
from benchmarks.experiment import Experiment
from benchmarks.registry import Capability, ScheduleSetup, SearchPlan, SearchSetup
from benchmarks.seeding import searcher_seed, seed_libraries, start_seed
from benchmarks.session import Session

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
class Site:
    """Where an experiment runs.

    Attributes:
        hosts: trial hosts to run on; None lets Tune start processes of its own (``Tuner.fit``).
        data: object reference to the trainable's arrays; ``data_key`` names their content.
        run: the run's folder, which receives the incumbent's checkpoint.
        scratch: a folder for Tune's own output, removed afterwards.
        tensorboard: keep Tune's TensorBoard logs in the run's folder.
        environment: key of the environment's record in the run's provenance.
    """

    hosts: tuple[Any, ...] | None
    data: Any
    data_key: str
    run: str
    scratch: str
    tensorboard: bool = False
    environment: str = ""


class TuneExperiment:
    """One experiment on the ``tune`` engine; its recorder may be watched from another thread."""

    def __init__(self, experiment: Experiment, site: Site) -> None:
        self.experiment, self.site = experiment, site
        self.spec = registry.TRAINABLES[experiment.trainable]
        self.scheduler = registry.SCHEDULERS[experiment.scheduler]
        self.searcher = registry.SEARCHERS[experiment.searcher]
        self.trials = experiment.trials * self.searcher.budget
        self.seed = searcher_seed(experiment.trainable, experiment.repetition)
        self.recorder = Recorder()
        self.ledger = Ledger()
        self.first: TuneExperiment | None = None  # the step before this one, of a replay
        self.started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    @property
    def look_ahead(self) -> int:
        """Trials that may be undecided at the same time."""
        together = self.scheduler.look_ahead == "trials"
        return self.trials if together else min(self.experiment.workers, self.trials)

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
        scratch = Path(self.site.scratch, self.experiment.key)
        scratch.mkdir(parents=True, exist_ok=True)
        try:
            if self.scheduler.replays is None:
                analysis = self.tune(scratch / "tune", self.plan())
            else:
                analysis = self._replay(scratch)
            return rows.outcome(self, analysis)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _replay(self, scratch: Path) -> tune.ExperimentAnalysis:
        """Run the scheduler that is replayed, then one trial with the policy that it found."""
        self.first = first = TuneExperiment(
            replace(self.experiment, scheduler=str(self.scheduler.replays)), self.site
        )
        policy, constants = best_policy(first.tune(scratch / "first", first.plan()), scratch)
        generator = tune.search.BasicVariantGenerator(random_state=self.seed)
        return self.tune(scratch / "tune", SearchPlan(constants, 1, generator), policy)

    def plan(self) -> SearchPlan:
        """Return what the searcher makes of the trainable's space."""
        space = self.spec.space()
        first = first_configurations(self.experiment, space)
        return self.searcher.build(SearchSetup(space, self.trials, self.seed, self.look_ahead, first))

    def tune(self, storage: Path, plan: SearchPlan, policy: str | None = None) -> tune.ExperimentAnalysis:
        """Let Tune carry out the plan and return its analysis; ``storage`` takes Tune's own output."""
        e, spec = self.experiment, self.spec
        scheduler = self.scheduler.build(
            ScheduleSetup(spec.space(), spec.mutable, self.trials, e.epochs, e.workers, self.seed, policy)
        )
        saves = Capability.CHECKPOINTS in spec.provides
        # The clock starts here, so that the first import of a library is not charged to a searcher.
        self.recorder = Recorder()
        self._meter(plan.algorithm, scheduler)
        job = TuneJob(
            name=f"{e.key}-{storage.name}",
            trainable=self.trainable(),
            plan=plan,
            scheduler=scheduler,
            metric=spec.metric,
            mode=spec.mode,
            epochs=e.epochs,
            resources=resources_of_trial(e.gpus_per_trial),
            storage=str(storage),
            checkpoint_every=int(saves),
            reuse_actors=self.scheduler.reuse_actors and saves,
            callbacks=[self.recorder, Pauses(plan.algorithm, self.recorder)]
            + ([TBXLoggerCallback()] if self.site.tensorboard else []),
            keep_files=self.site.tensorboard,
        )
        if self.site.hosts is None:
            return by_tuner(job)
        return on_hosts(job, self.site.hosts, self.ledger)

    def _meter(self, search: Any, scheduler: Any) -> None:
        self.ledger.meter(search, [m for m in SEARCHER_METHODS if hasattr(search, m)], "suggest")
        self.recorder.note_decisions(scheduler)
        self.ledger.meter(scheduler, SCHEDULER_METHODS, "decide")

    def trainable(self) -> Any:
        """Return the trainable with this experiment's session bound to it, as Tune takes it."""
        e = self.experiment
        session = Session(e.trainable, e.repetition, e.device, self.site.data, self.site.data_key)
        return tune.with_parameters(self.spec.target, session=session)


def first_configurations(experiment: Experiment, space: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Return the configurations that every searcher of this repetition begins with."""
    if not experiment.same_start:
        return ()
    encoding = Encoding(space)
    generator = np.random.default_rng(start_seed(experiment.trainable, experiment.repetition))
    return tuple(encoding.draw(generator) for _ in range(min(experiment.same_start, experiment.trials)))


def best_policy(analysis: tune.ExperimentAnalysis, folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the policy file and the last configuration of PBT's best trial at its end.

    A trial that was never perturbed has left no policy; an empty file then replays its constants.
    """
    trial = analysis.get_best_trial(scope="last")
    if trial is None:
        raise RuntimeError("pbt left no trial with a finite metric, so there is no policy to replay")
    policy = folder / "policy.txt"
    left = Path(trial.local_experiment_path, f"pbt_policy_{trial.trial_id}.txt")
    policy.write_text(left.read_text() if left.exists() else "")
    return str(policy), dict(trial.config)
