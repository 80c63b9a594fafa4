"""The engine ``tune``: trials train for real, in Ray actors."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.tune.experiment import Trial
from ray.tune.logger import TBXLoggerCallback

from benchmarks.engines.common.execution import Execution, number_given
from benchmarks.engines.common.job import TuneJob
from benchmarks.engines.common.outcome import Row
from benchmarks.engines.common.rows import trial_name
from benchmarks.engines.ray.controller import by_tuner, on_hosts
from benchmarks.engines.ray.pool import borrowed, peak_memory, resources_of_trial
from benchmarks.suite.session import Session
from benchmarks.training import reports
from benchmarks.training.trained import as_tune_takes_it
from results.store.schema import tune_name


class TuneExecution(Execution):
    """One experiment on Ray actors; the clock is wall time."""

    def get_ready(self) -> None:
        """Let every trial host import the trainable and load its data, or the first experiment would pay."""
        target = ray.put(self.spec.target)
        ray.get([host.prepare.remote(target, self.session()) for host in self.context.hosts or ()])

    def carry_out(self, job: TuneJob) -> list[Trial]:
        resources = resources_of_trial(self.experiment.gpus_per_trial)
        logs = self.context.tensorboard
        if logs:
            job = replace(job, callbacks=(*job.callbacks, TBXLoggerCallback()))
        if not self._is_class:  # a function decides itself when it saves, and begins anew in each trial
            job = replace(job, checkpoint_every=0, reuse_actors=False)
        if self.context.hosts is None:
            trials = by_tuner(job, self.trainable(), resources)
        else:
            trials = on_hosts(
                job, self.trainable(), resources, self.context.hosts, self.ledger, keep_files=logs
            )
        if logs:
            self._keep_events(trials)
        return trials

    def trainable(self) -> Any:
        """Return the trainable with this experiment's session bound to it, as Tune takes it."""
        return as_tune_takes_it(self.spec, self.session())

    @property
    def _is_class(self) -> bool:
        return isinstance(self.spec.target, type)

    def session(self) -> Session:
        """Return what the trainable learns of this experiment."""
        e = self.experiment
        return Session(e.trainable, e.repetition, e.device, self.context.data, self.context.data_key)

    def test(self, trial: Any, best: Row) -> Row:
        """Keep the incumbent's checkpoint in the run's folder and measure its test metric."""
        row: Row = {"test_metric": self.spec.test_metric or "", "checkpoint": ""}
        # A ResultGrid would also read the errors of all trials, whose files Tune may be writing still.
        by_tune = trial.run_metadata.checkpoint_manager.best_checkpoint_results
        found = [saved for saved in by_tune if saved.metrics["training_iteration"] == best["epoch"]]
        if found:
            kept = Path("checkpoints", self.experiment.key)
            target = Path(self.context.run, kept).absolute()
            shutil.copytree(found[-1].checkpoint.path, target, dirs_exist_ok=True)
            row["checkpoint"] = kept.as_posix()
            if self.spec.test_metric and self._is_class:
                kwargs = {"config": dict(trial.config), "storage": trial.storage}
                with borrowed(self.context.hosts, self.experiment.gpus_per_trial) as host:
                    metrics = ray.get(host.test.remote(self.trainable(), kwargs, str(target)))
                row["test"] = reports.number(metrics.get(tune_name(self.spec.test_metric)))
                if row["test"] is None:
                    reported = ", ".join(sorted(metrics)) or "nothing"
                    raise ValueError(f"test() gave no number {self.spec.test_metric}; it gave: {reported}")
        return row

    def times(self) -> Row:
        seconds, wall, hosts = self.ledger, self.recorder.wall, self.context.hosts
        return {
            # Tuner.fit does not let us tell its waiting from its own work: then both are here.
            "ray_s": wall - seconds["suggest"] - seconds["decide"] - seconds["wait"],
            "wait_s": seconds["wait"] if hosts is not None else None,
            "worker_peak_mb": peak_memory(hosts) if hosts else None,
        }

    def _keep_events(self, trials: Iterable[Any]) -> None:
        """Copy TensorBoard's event files to the run's folder, a folder an experiment, in it one a trial."""
        e = self.experiment
        name = f"{e.trainable}-{e.searcher}-{e.scheduler}-{e.device}-{e.repetition}-{e.key}"
        for number, trial in enumerate(sorted(trials, key=number_given)):
            kept = Path(self.context.run, "tensorboard", name, trial_name(number))
            kept.mkdir(parents=True, exist_ok=True)
            for events in Path(trial.storage.trial_fs_path).glob("events.out.tfevents*"):
                shutil.copy(events, kept)


ENGINE = TuneExecution
