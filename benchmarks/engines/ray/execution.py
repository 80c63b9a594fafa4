"""An experiment whose trials train for real, in Ray actors."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray
from ray.tune.experiment import Trial
from ray.tune.logger import TBXLoggerCallback

from benchmarks.engines.common.execution import Execution, proposal_index
from benchmarks.engines.common.outcome import Row
from benchmarks.engines.common.rows import trial_name
from benchmarks.engines.common.travel import write_files
from benchmarks.engines.common.tune_job import TuneJob
from benchmarks.engines.ray.carried import CarriedCheckpoint
from benchmarks.engines.ray.controller import by_tuner, on_hosts
from benchmarks.engines.ray.hosts import living_host, peak_memory
from benchmarks.engines.ray.pool import resources_of_trial
from benchmarks.suite.session import Session
from benchmarks.training import reports
from benchmarks.training.trained import as_tune_takes_it
from results.store.schema import tune_name


class TuneExecution(Execution):
    """One experiment on Ray actors; the clock is wall time."""

    def get_ready(self) -> None:
        """Let every trial host import the trainable and load its data, before the clock starts."""
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
                job,
                self.trainable(),
                resources,
                self.context,
                self.ledger,
                keep_files=logs,
                deaths=self.deaths,
            )
        if logs:
            self._keep_events(trials)
        return trials

    def node(self) -> str:
        return str(ray.util.get_node_ip_address())

    def trainable(self) -> Any:
        """Return the trainable with this experiment's session bound to it, as Tune takes it."""
        return as_tune_takes_it(self.spec, self.session())

    @property
    def _is_class(self) -> bool:
        return isinstance(self.spec.target, type)

    def session(self) -> Session:
        """Return the session: what the trainable can know of this experiment."""
        e = self.experiment
        return Session(e.trainable, e.repetition, e.device, self.context.data, self.context.data_key)

    def test(self, trial: Any, best: Row) -> Row:
        """Keep the incumbent's checkpoint in the run's folder and measure its test metric."""
        row: Row = {"test_metric": self.spec.test_metric or "", "checkpoint": ""}
        # A ResultGrid would also read the errors of all trials, whose files Tune may be writing still.
        by_tune = trial.run_metadata.checkpoint_manager.best_checkpoint_results
        checkpoints = [saved for saved in by_tune if saved.metrics["training_iteration"] == best["epoch"]]
        if checkpoints:
            relative = Path("checkpoints", self.experiment.key)
            target = Path(self.context.run, relative).absolute()
            saved = checkpoints[-1].checkpoint
            if isinstance(saved, CarriedCheckpoint):
                write_files(saved.files, target)
            elif self.context.storage:
                saved.to_directory(str(target))
            else:
                shutil.copytree(saved.path, target, dirs_exist_ok=True)
            row["checkpoint"] = relative.as_posix()
            if self.spec.test_metric and self._is_class:
                kwargs = {"config": dict(trial.config), "storage": trial.storage}
                with living_host(
                    self.context.hosts, self.experiment.gpus_per_trial, self.context.group
                ) as host:
                    where = saved if isinstance(saved, CarriedCheckpoint) else str(target)
                    metrics = ray.get(host.test.remote(self.trainable(), kwargs, where))
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
        """Copy TensorBoard's event files to the run's folder, into a folder for each trial."""
        e = self.experiment
        name = f"{e.trainable}-{e.searcher}-{e.scheduler}-{e.device}-{e.repetition}-{e.key}"
        for number, trial in enumerate(sorted(trials, key=proposal_index)):
            folder = Path(self.context.run, "tensorboard", name, trial_name(number))
            folder.mkdir(parents=True, exist_ok=True)
            storage = trial.storage
            # A bucket is no folder, but all that Tune copies there lies here too.
            written = storage.trial_driver_staging_path if self.context.storage else storage.trial_fs_path
            for events in Path(written).glob("events.out.tfevents*"):
                shutil.copy(events, folder)
