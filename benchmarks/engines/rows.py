"""An experiment's rows: Tune's analysis is read once, right after the run, and never again."""

from __future__ import annotations

import math
import re
import resource
from collections import defaultdict
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.engines import parts
from benchmarks.engines.outcome import Outcome, Row, not_run
from benchmarks.registry import TRAINABLES
from benchmarks.seeding import canonical

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

    from benchmarks.engines.execution import Execution

STATUS = {"TERMINATED": "ok", "ERROR": "failed"}  # Tune's word -> ours; any other is "unfinished"


def outcome(run: Execution, given: list[Trial]) -> Outcome:
    """Return the rows of a finished experiment; ``given`` are its trials in the order in which they were.

    It is "ok" if any trial gave a finite metric; else "failed", with the reasons of its trials.
    """
    e, metric = run.experiment, run.spec.metric
    names = {trial.trial_id: trial_name(number) for number, trial in enumerate(given)}
    results = [row | {"key": e.key, "trial_id": names[row["trial_id"]]} for row in run.recorder.rows]
    own = defaultdict[str, list[Row]](list)
    for row in results:
        own[row["trial_id"]].append(row)
    trials = [trial_row(run, trial, number, own[trial_name(number)]) for number, trial in enumerate(given)]
    best = incumbent(results, metric, run.spec.mode)
    if best is None:
        reasons = sorted({str(row["reason"]) for row in trials if row["reason"]})
        why = "; ".join(reasons) or f"every {metric} was NaN or infinite"
        made = not_run(e, "failed", f"no trial gave a finite {metric}: {why}")
    else:
        made = Outcome(asdict(e) | {"key": e.key, "status": "ok", "reason": ""})
        made.row |= {"best": best[metric], "best_epoch": best["epoch"], "best_trial": best["trial_id"]}
        made.row |= run.test(given[int(best["trial_id"].removeprefix("t"))], best)
    train = sum(row["cost"] for row in results)
    made.row |= _counts(run, trials, len(results)) | _ledger(run, train) | run.times()
    made.trials, made.results = trials, results
    return made


def incumbent(results: list[Row], metric: str, mode: str) -> Row | None:
    """Return the first of the best results, None if no metric is finite."""
    finite = [row for row in results if math.isfinite(row.get(metric, math.nan))]
    return (max if mode == "max" else min)(finite, key=lambda row: row[metric], default=None)


def trial_name(number: int) -> str:
    """Return the store's name of a trial, which unlike Tune's is the same in every run."""
    return f"t{number:04d}"


def trial_row(run: Execution, trial: Any, number: int, results: list[Row]) -> Row:
    """Return a trial's row of the store; ``results`` are its own."""
    recorder, metric, mode = run.recorder, run.spec.metric, run.spec.mode
    best = incumbent(results, metric, mode)
    status = STATUS.get(trial.status, "unfinished")
    whole = bool(results) and results[-1]["epoch"] >= run.experiment.epochs
    return {
        "key": run.experiment.key,
        "trial_id": trial_name(number),
        "number": number,
        "config": canonical(trial.config),
        "status": status,
        "decision": ("completed" if whole else "stopped") if status == "ok" else status,
        "reason": why_failed(trial) if status == "failed" else "",
        "epochs": len(results),
        "best": best[metric] if best else None,
        "started": recorder.started.get(trial.trial_id),
        "ended": recorder.ended.get(trial.trial_id),
    } | {f"config/{parameter}": value for parameter, value in trial.config.items()}


def why_failed(trial: Any) -> str:
    """Return in one line what ended a trial: its last error, as ``ValueError: text``.

    Tune leaves the text of each failure in a file; a traceback ends with the line that says what it was.
    """
    text = Path(trial.error_file).read_text()
    last = text.rpartition("Failure # ")[2].splitlines()[1:]
    named = [line for line in last if re.match(r"[A-Za-z_][\w.]*: ", line)]
    return named[-1] if named else next((line.strip() for line in last if line.strip()), "unknown")


def _counts(run: Execution, trials: list[Row], results: int) -> Row:
    return {
        "metric": run.spec.metric,
        "mode": run.spec.mode,
        **_constants(run.spec.name, run.experiment.data, run.experiment.train_size),
        "trials_asked": run.trials,
        "trials_run": len(trials),
        "trials_failed": sum(row["status"] == "failed" for row in trials),
        "trials_stopped": sum(row["decision"] == "stopped" for row in trials),
        "epochs_spent": results,
        "epochs_before": run.epochs_before,
        "look_ahead": run.look_ahead,
        "driver_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "started_at": run.started_at,
        "environment": run.site.environment,
        **parts.facts(run.experiment),
    }


@cache
def _constants(trainable: str, data: str, train_size: int) -> Row:
    """Return what scores are made of; where examples count, it was found on all of the first data set."""
    spec = TRAINABLES[trainable]
    if spec.constants is None or (spec.sized and (data != spec.datasets[0] or train_size)):
        return {}
    known = spec.constants()
    return {"baseline": known.baseline, "optimum": known.optimum}


def _ledger(run: Execution, train: float) -> Row:
    seconds, wall = run.ledger, run.recorder.wall
    return {
        "wall_s": wall,
        "real_s": run.real_s,
        "suggest_s": seconds["suggest"],
        "suggest_processor_s": seconds.processor.get("suggest", 0.0),
        "driver_processor_s": run.processor_s - seconds.processor.get("wait", 0.0),
        "decide_s": seconds["decide"],
        "train_s": train,
        "idle_s": run.experiment.workers * wall - train,
        "concurrency": train / wall if wall else None,
    }
