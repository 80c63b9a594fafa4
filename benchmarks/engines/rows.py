"""An experiment's rows: Tune's analysis is read once, right after the run, and never again."""

from __future__ import annotations

import math
import resource
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ray
from ray import tune

from benchmarks.engines.outcome import Outcome, Row, not_run
from benchmarks.engines.pool import borrowed, peak_memory
from benchmarks.seeding import canonical

if TYPE_CHECKING:
    from benchmarks.engines.tune import TuneExperiment

STATUS = {"TERMINATED": "ok", "ERROR": "failed"}  # Tune's word -> ours; any other is "unfinished"


def outcome(run: TuneExperiment, analysis: tune.ExperimentAnalysis) -> Outcome:
    """Return the rows of a finished experiment.

    It is "ok" if any trial gave a finite metric; else "failed", with the reasons of its trials.
    """
    e, recorder = run.experiment, run.recorder
    names = {trial.trial_id: f"t{number:04d}" for number, trial in enumerate(analysis.trials)}
    trials = [
        trial_row(run, trial, number, names[trial.trial_id]) for number, trial in enumerate(analysis.trials)
    ]
    best = recorder.best
    if best is None:
        reasons = sorted({str(row["reason"]) for row in trials if row["reason"]})
        why = "; ".join(reasons) or f"every {run.spec.metric} was NaN or infinite"
        made = not_run(e, "failed", f"no trial gave a finite {run.spec.metric}: {why}")
    else:
        made = Outcome(asdict(e) | {"key": e.key, "status": "ok", "reason": ""})
        made.row |= {
            "best": best[run.spec.metric],
            "best_epoch": best["epoch"],
            "best_trial": names[best["trial_id"]],
        }
        made.row |= _test(run, analysis, best)
    made.row |= _counts(run, trials) | _ledger(run)
    made.trials = trials
    made.results = [row | {"key": e.key, "trial_id": names[row["trial_id"]]} for row in recorder.rows]
    return made


def trial_row(run: TuneExperiment, trial: Any, number: int, name: str) -> Row:
    """Return a trial's row of the store."""
    recorder, metric = run.recorder, run.spec.metric
    own = [row for row in recorder.rows if row["trial_id"] == trial.trial_id]
    finite = [row[metric] for row in own if math.isfinite(row.get(metric, math.nan))]
    status = STATUS.get(trial.status, "unfinished")
    whole = bool(own) and own[-1]["epoch"] >= run.experiment.epochs
    return {
        "key": run.experiment.key,
        "trial_id": name,
        "number": number,
        "config": canonical(trial.config),
        "status": status,
        "decision": ("completed" if whole else "stopped") if status == "ok" else status,
        "reason": why_failed(trial) if status == "failed" else "",
        "epochs": len(own),
        "best": (max if run.spec.mode == "max" else min)(finite, default=None),
        "started": recorder.started.get(trial.trial_id),
        "ended": recorder.ended.get(trial.trial_id),
    } | {f"config/{parameter}": value for parameter, value in trial.config.items()}


def why_failed(trial: Any) -> str:
    """Return in one line what ended a trial."""
    error = trial.get_pickled_error()  # written by this experiment's own controller
    cause = getattr(error, "cause", None) or error
    lines = str(cause).strip().splitlines() or [""]
    return f"{type(cause).__name__}: {lines[0]}"


def _test(run: TuneExperiment, analysis: tune.ExperimentAnalysis, best: Row) -> Row:
    """Keep the incumbent's checkpoint in the run's folder and measure its test metric."""
    row: Row = {"test_metric": run.spec.test_metric or "", "checkpoint": ""}
    kept = Path("checkpoints", run.experiment.key)
    target = Path(run.site.run, kept).absolute()
    grid = tune.ResultGrid(analysis)
    for trial, result in zip(analysis.trials, (grid[i] for i in range(len(grid))), strict=True):
        epochs = {
            metrics["training_iteration"]: checkpoint for checkpoint, metrics in result.best_checkpoints or ()
        }
        if trial.trial_id == best["trial_id"] and best["epoch"] in epochs:
            shutil.copytree(epochs[best["epoch"]].path, target, dirs_exist_ok=True)
            row["checkpoint"] = kept.as_posix()
            if run.spec.test_metric:
                kwargs = {"config": dict(trial.config), "storage": trial.storage}
                with borrowed(run.site.hosts, run.experiment.gpus_per_trial) as host:
                    metrics = ray.get(host.test.remote(run.trainable(), kwargs, str(target)))
                row["test"] = float(metrics[run.spec.test_metric])
    return row


def _counts(run: TuneExperiment, trials: list[Row]) -> Row:
    return {
        "metric": run.spec.metric,
        "mode": run.spec.mode,
        "trials_run": len(trials),
        "trials_failed": sum(row["status"] == "failed" for row in trials),
        "trials_stopped": sum(row["decision"] == "stopped" for row in trials),
        "epochs_spent": len(run.recorder.rows),
        "epochs_before": run.epochs_before,
        "look_ahead": run.look_ahead,
        "driver_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "worker_peak_mb": peak_memory(run.site.hosts) if run.site.hosts else None,
        "started_at": run.started_at,
        "environment": run.site.environment,
    }


def _ledger(run: TuneExperiment) -> Row:
    seconds, wall = run.ledger, run.recorder.wall
    train = sum(row["cost"] for row in run.recorder.rows)
    return {
        "wall_s": wall,
        "suggest_s": seconds["suggest"],
        "decide_s": seconds["decide"],
        # Tuner.fit does not let us tell its waiting from its own work: then both are here.
        "ray_s": wall - seconds["suggest"] - seconds["decide"] - seconds["wait"],
        "wait_s": seconds["wait"] if run.site.hosts is not None else None,
        "train_s": train,
        "idle_s": run.experiment.workers * wall - train,
        "concurrency": train / wall,
    }
