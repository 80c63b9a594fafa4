"""An experiment's rows, made once from what Tune and the recorder have, right after the run."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.core.reasons import headline
from benchmarks.core.seeding import encoded
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.engines.common import part_facts
from benchmarks.engines.common.deaths import death
from benchmarks.engines.common.failures import (
    beyond_budget,
    beyond_space,
    why_failed,
    why_no_value,
    without_storage,
)
from benchmarks.engines.common.outcome import Outcome, Row, not_run
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.part_caches import cached_of_parts
from benchmarks.suite.registry import TRAINABLES
from results.machine import peak_memory_mb
from results.store.schema import DECISIONS, metric_column

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

    from benchmarks.engines.common.execution import Execution

#: What the store says of a trial's status, by what became of it; any other is "ok".
STATUS = {"failed": "failed", "cut": "unfinished", "waiting": "unfinished"}


def outcome_of(run: Execution, ray_trials: list[Trial]) -> Outcome:
    """Return the rows of a finished experiment; ``ray_trials`` are in the order in which they were proposed.

    It is "ok" if any trial gave a finite metric and none went beyond the budget; else "failed", and why.
    """
    e, metric = run.experiment, metric_column(run.spec.metric)
    names = {trial.trial_id: trial_name(number) for number, trial in enumerate(ray_trials)}
    results = [row | {"key": e.key, "trial_id": names[row["trial_id"]]} for row in run.recorder.rows]
    results_of = defaultdict[str, list[Row]](list)
    for row in results:
        results_of[row["trial_id"]].append(row)
    trial_rows = [
        trial_row(run, trial, number, results_of[trial_name(number)])
        for number, trial in enumerate(ray_trials)
    ]
    best = incumbent(results, metric, run.spec.mode)
    broken = run.overrun or beyond_budget(run, ray_trials) or beyond_space(run, ray_trials)
    if broken := broken or without_storage(run, ray_trials):
        outcome = not_run(e, "failed", broken)
    elif best is None:
        outcome = not_run(e, "failed", why_no_value(run, ray_trials))
    else:
        outcome = Outcome(e.row | {"key": e.key, "status": "ok", "reason": ""})
        outcome.row |= {"best": best[metric], "best_epoch": best["epoch"], "best_trial": best["trial_id"]}
        outcome.row["noise_free"] = best.get("noise_free")
        outcome.row |= _tested(run, ray_trials[int(best["trial_id"].removeprefix("t"))], best)
    train = sum(row["cost"] for row in results)
    outcome.row |= _counts(run, trial_rows, len(results)) | _ledger(run, train) | run.times()
    outcome.trials, outcome.results = trial_rows, results
    return outcome


def _tested(run: Execution, trial: Trial, best: Row) -> Row:
    """Return the columns of the incumbent's model; an error of its test fails the experiment."""
    try:
        return run.test(trial, best)
    except Exception as error:  # noqa: BLE001 - a user's test() may raise anything; what was trained is kept
        run.deaths.extend(filter(None, [death(error)]))
        why = f"testing the incumbent failed: {headline(error)}"
        return {
            "status": "failed",
            "reason": why,
            "test_metric": run.spec.test_metric or "",
            "checkpoint": "",
        }


def incumbent(results: list[Row], metric: str, mode: str) -> Row | None:
    """Return the first of the best results, None if no metric is finite."""
    finite = [row for row in results if math.isfinite(row.get(metric, math.nan))]
    return (max if mode == "max" else min)(finite, key=lambda row: row[metric], default=None)


def trial_name(number: int) -> str:
    """Return the store's name of a trial, which unlike Tune's is the same in every run."""
    return f"t{number:04d}"


def trial_row(run: Execution, trial: Any, number: int, results: list[Row]) -> Row:
    """Return a trial's row of the store; ``results`` are its own."""
    recorder, metric = run.recorder, metric_column(run.spec.metric)
    best = incumbent(results, metric, run.spec.mode)
    decision = recorder.ending(trial, run.experiment.epochs)
    ended = recorder.cut_at if decision == "cut" else None
    config, text = encoded(trial.config)
    return {
        "key": run.experiment.key,
        "trial_id": trial_name(number),
        "number": number,
        "config": text,
        "status": STATUS.get(decision, "ok"),
        "decision": decision,
        "reason": why_failed(trial) if decision == "failed" else "",
        "epochs": len(results),
        "best": best[metric] if best else None,
        "started": recorder.started.get(trial.trial_id),
        "ended": recorder.ended.get(trial.trial_id) if ended is None else ended,
    } | {f"config/{parameter}": value for parameter, value in config.items()}


def _counts(run: Execution, trial_rows: list[Row], num_results: int) -> Row:
    decisions = Counter(row["decision"] for row in trial_rows)
    return {
        "metric": run.spec.metric,
        "mode": run.spec.mode,
        **_reference(run.experiment),
        "training_s": run.training_seconds(),
        "trials_asked": run.num_trials,
        "trials_run": len(trial_rows) - decisions["waiting"],
        **{f"trials_{word}": decisions[word] for word in DECISIONS if word != "waiting"},
        "epochs_spent": num_results,
        "epochs_before": run.epochs_before,
        "look_ahead": run.max_concurrent,
        "told": run.told,
        "known_told": run.known_told,
        "driver_peak_mb": peak_memory_mb(),
        "started_at": run.started_at,
        "environment": run.context.environment,
        "accelerator": run.context.accelerator or None,
        **part_facts.facts(run.experiment),
    }


def _reference(experiment: Experiment) -> Row:
    """Return a task's constants and random configurations at the experiment's epochs, as columns."""
    e = experiment
    known = _known(e.trainable, e.data, e.train_size, e.epochs)
    return known if e.engine == "virtual" else known | dict.fromkeys(known.keys() & _OF_CURVES)


#: Columns of simulated curves: real seconds are others, and real values no model's.
_OF_CURVES = {"random_seconds", "table_recall"}


@cached_of_parts
def _known(trainable: str, data: str, train_size: int, epochs: int) -> Row:
    """Return the columns of a task's reference; where examples count, that of all of its first data set."""
    spec = TRAINABLES[trainable]
    first: Row = {}
    if data == spec.datasets[0]:
        first["examples_val"] = spec.examples_val
        if isinstance(spec.curves, Recorded):
            first["table_recall"] = spec.curves.recall
    if spec.constants is None or (spec.sized and (data != spec.datasets[0] or train_size)):
        return first
    reference = spec.constants.reference(epochs)
    row: Row = {"baseline": reference.constants.baseline, "optimum": reference.constants.optimum}
    if reference.size:
        row |= {"random_values": list(reference.values), "random_size": reference.size}
        row["random_seconds"] = reference.seconds
    return first | row


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
