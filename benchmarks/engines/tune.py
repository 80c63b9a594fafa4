"""The engine ``tune``: one experiment on Ray actors, from its names to its rows."""

from __future__ import annotations

import logging
import resource
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ray
from ray import tune
from ray.tune.logger import JsonLoggerCallback, TBXLoggerCallback

from benchmarks import registry
from benchmarks.engines.controller import TuneJob, by_tuner, on_hosts, quiet
from benchmarks.engines.ledger import Ledger
from benchmarks.engines.outcome import Outcome, Row, not_run
from benchmarks.engines.pool import peak_memory, resources_of_trial, start_hosts
from benchmarks.engines.recorder import Recorder
from benchmarks.experiment import Experiment
from benchmarks.registry import Capability, ScheduleSetup, SearchPlan, SearchSetup
from benchmarks.seeding import searcher_seed, seed_libraries
from benchmarks.session import Session

SEARCHER_METHODS = ("suggest", "next_trial", "on_trial_result", "on_trial_complete")
SCHEDULER_METHODS = (
    "choose_trial_to_run on_trial_add on_trial_result on_trial_complete on_trial_remove on_trial_error"
).split()


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
    """One experiment on the ``tune`` engine; ``run`` may be watched from another thread."""

    def __init__(self, experiment: Experiment, site: Site) -> None:
        self.experiment, self.site = experiment, site
        self.spec = registry.TRAINABLES[experiment.trainable]
        self.scheduler = registry.SCHEDULERS[experiment.scheduler]
        self.seed = searcher_seed(experiment.trainable, experiment.repetition)
        self.recorder = Recorder(self.spec.metric, self.spec.mode)
        self.ledger = Ledger()
        self.started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    def run(self) -> Outcome:
        """Run it and return its rows.  What the trainable, searcher or scheduler raises is not caught."""
        quiet()
        logging.getLogger("ray").setLevel(logging.ERROR)
        seed_libraries(self.seed)
        scratch = Path(self.site.scratch, self.experiment.key)
        try:
            return self._run(scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _run(self, scratch: Path) -> Outcome:
        before = 0
        plan = self._plan(self.scheduler)
        policy = None
        if self.scheduler.replays is not None:
            first = replace(self.experiment, scheduler=self.scheduler.replays)
            step = TuneExperiment(first, self.site)
            analysis = step.tune(scratch / "first", step._plan(step.scheduler), None)
            before = len(step.recorder.rows)
            policy, constants = best_policy(analysis, scratch)
            plan = SearchPlan(constants, 1, tune.search.BasicVariantGenerator(random_state=self.seed))
            self.recorder = Recorder(self.spec.metric, self.spec.mode)
        analysis = self.tune(scratch / "tune", plan, policy)
        wall = self.recorder.now()
        outcome = self._outcome(analysis, wall)
        outcome.row["epochs_before"] = before
        return outcome

    def _plan(self, scheduler: registry.SchedulerSpec) -> SearchPlan:
        e = self.experiment
        ahead = e.trials if scheduler.look_ahead == "trials" else min(e.workers, e.trials)
        setup = SearchSetup(self.spec.space(), e.trials, self.seed, ahead)
        return registry.SEARCHERS[e.searcher].build(setup)

    def tune(self, storage: Path, plan: SearchPlan, policy: str | None) -> tune.ExperimentAnalysis:
        """Let Tune run the plan and return its analysis."""
        e, spec = self.experiment, self.spec
        scheduler = self.scheduler.build(
            ScheduleSetup(spec.space(), spec.mutable, e.trials, e.epochs, e.workers, self.seed, policy)
        )
        self.recorder.note_decisions(scheduler)
        self.ledger.meter(scheduler, SCHEDULER_METHODS, "decide")
        search = plan.algorithm
        self.ledger.meter(search, [m for m in SEARCHER_METHODS if hasattr(search, m)], "suggest")
        callbacks: list[Any] = [self.recorder, JsonLoggerCallback()]
        if self.site.tensorboard:
            callbacks.append(TBXLoggerCallback())
            storage = Path(self.site.run, "tensorboard", storage.name).absolute()
        job = TuneJob(
            name=f"{e.key}-{storage.name}",
            trainable=self._trainable(),
            plan=plan,
            scheduler=scheduler,
            metric=spec.metric,
            mode=spec.mode,
            epochs=e.epochs,
            resources=dict(resources_of_trial(e.gpus_per_trial)),
            storage=str(storage),
            checkpoint_every=int(Capability.CHECKPOINTS in spec.provides),
            reuse_actors=self.scheduler.reuse_actors and Capability.CHECKPOINTS in spec.provides,
            callbacks=callbacks,
        )
        if self.site.hosts is None:
            return by_tuner(job)
        return on_hosts(job, self.site.hosts, self.ledger)

    def _trainable(self) -> Any:
        e = self.experiment
        session = Session(e.trainable, e.repetition, e.device, self.site.data, self.site.data_key)
        return tune.with_parameters(self.spec.target, session=session)

    def _outcome(self, analysis: tune.ExperimentAnalysis, wall: float) -> Outcome:
        """Read Tune's analysis, once, and turn it and the recorder's rows into the store's."""
        e, rec = self.experiment, self.recorder
        names = {trial.trial_id: f"t{number:04d}" for number, trial in enumerate(analysis.trials)}
        trials = [
            trial_row(e, trial, number, rec, self.spec) for number, trial in enumerate(analysis.trials)
        ]
        if rec.best is None:
            reasons = sorted({str(row["reason"]) for row in trials if row["reason"]})
            reason = f"no trial gave a finite {self.spec.metric}: {'; '.join(reasons) or 'only NaN'}"
            outcome = not_run(e, "failed", reason)
        else:
            best = {"best": rec.best[self.spec.metric], "best_epoch": rec.best["epoch"]}
            outcome = Outcome(asdict(e) | {"key": e.key, "status": "ok", "reason": ""} | best)
            outcome.row["best_trial"] = names[rec.best["trial_id"]]
            outcome.row |= self._test(analysis)
        outcome.row |= self._accounts(trials, wall)
        outcome.trials = trials
        outcome.results = [row | {"key": e.key, "trial_id": names[row["trial_id"]]} for row in rec.rows]
        return outcome

    def _test(self, analysis: tune.ExperimentAnalysis) -> Row:
        """Keep the incumbent's checkpoint and measure its test metric."""
        best = self.recorder.best
        assert best is not None
        for trial, result in zip(analysis.trials, tune.ResultGrid(analysis), strict=True):
            if trial.trial_id != best["trial_id"]:
                continue
            for checkpoint, metrics in result.best_checkpoints:
                if metrics["training_iteration"] == best["epoch"]:
                    return self._keep(Path(checkpoint.path), trial)
        return {"test_metric": self.spec.test_metric or "", "checkpoint": ""}

    def _keep(self, checkpoint: Path, trial: Any) -> Row:
        kept = Path("checkpoints", self.experiment.key)
        target = Path(self.site.run, kept)
        shutil.copytree(checkpoint, target, dirs_exist_ok=True)
        row: Row = {"checkpoint": kept.as_posix(), "test_metric": self.spec.test_metric or ""}
        if self.spec.test_metric:
            [host] = (self.site.hosts or start_hosts(1, self.experiment.gpus_per_trial))[:1]
            kwargs = {"config": dict(trial.config), "storage": trial.storage}
            metrics = ray.get(host.test.remote(self._trainable(), kwargs, str(target.absolute())))
            row["test"] = float(metrics[self.spec.test_metric])
        return row

    def _accounts(self, trials: list[Row], wall: float) -> Row:
        """Return the counts and the ledger."""
        e, seconds = self.experiment, self.ledger
        train = sum(row["cost"] for row in self.recorder.rows)
        on_hosts_ = self.site.hosts is not None
        ahead = e.trials if self.scheduler.look_ahead == "trials" else min(e.workers, e.trials)
        return {
            "metric": self.spec.metric,
            "mode": self.spec.mode,
            "trials_run": len(trials),
            "trials_failed": sum(row["status"] == "failed" for row in trials),
            "trials_stopped": sum(row["decision"] == "stopped" for row in trials),
            "epochs_spent": len(self.recorder.rows),
            "wall_s": wall,
            "suggest_s": seconds["suggest"],
            "decide_s": seconds["decide"],
            # Tuner.fit does not let us tell its waiting from its own work.
            "ray_s": wall - seconds["suggest"] - seconds["decide"] - seconds["wait"],
            "wait_s": seconds["wait"] if on_hosts_ else None,
            "train_s": train,
            "idle_s": e.workers * wall - train,
            "look_ahead": ahead,
            "concurrency": train / wall,
            "driver_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "worker_peak_mb": peak_memory(self.site.hosts) if self.site.hosts else None,
            "started_at": self.started_at,
            "environment": self.site.environment,
        }


def trial_row(
    experiment: Experiment, trial: Any, number: int, recorder: Recorder, spec: registry.TrainableSpec
) -> Row:
    """Return a trial's row of the store."""
    from benchmarks.seeding import canonical

    rows = [row for row in recorder.rows if row["trial_id"] == trial.trial_id]
    finite = [row[spec.metric] for row in rows if row.get(spec.metric, float("nan")) == row[spec.metric]]
    status = {"TERMINATED": "ok", "ERROR": "failed"}.get(trial.status, "unfinished")
    ended_early = not rows or rows[-1]["epoch"] < experiment.epochs
    done = "stopped" if ended_early else "completed"
    return {
        "key": experiment.key,
        "trial_id": f"t{number:04d}",
        "number": number,
        "config": canonical(trial.config),
        "status": status,
        "decision": done if status == "ok" else status,
        "reason": why_failed(trial) if status == "failed" else "",
        "epochs": len(rows),
        "best": (max if spec.mode == "max" else min)(finite, default=None),
        "started": recorder.started.get(trial.trial_id),
        "ended": recorder.ended.get(trial.trial_id),
    } | {f"config/{name}": value for name, value in trial.config.items()}


def why_failed(trial: Any) -> str:
    """Return the first line of what ended a trial."""
    error = trial.get_error()
    cause = getattr(error, "cause", None) or error
    lines = str(cause).strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}"


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
