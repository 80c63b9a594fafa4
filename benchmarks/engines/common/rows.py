"""An experiment's rows: Tune's analysis is read once, right after the run, and never again."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray.tune.search.repeater import TRIAL_INDEX

from benchmarks.core.reasons import headline, last_failure
from benchmarks.core.refusal import one_line
from benchmarks.core.seeding import canonical, in_words
from benchmarks.engines.common import parts
from benchmarks.engines.common.outcome import Outcome, Row, not_run
from benchmarks.spaces.grid_values import as_choices
from benchmarks.spaces.membership import outside
from benchmarks.suite.registry import TRAINABLES
from results.machine import peak_memory_mb
from results.store.schema import DECISIONS, metric_column

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

    from benchmarks.engines.common.execution import Execution

MOST_REASONS = 3  # of different errors, that an experiment's reason has

#: What the store says of a trial's status, by what became of it; any other is "ok".
STATUS = {"failed": "failed", "cut": "unfinished", "waiting": "unfinished"}


def outcome(run: Execution, given: list[Trial]) -> Outcome:
    """Return the rows of a finished experiment; ``given`` are its trials in the order in which they were.

    It is "ok" if any trial gave a finite metric and none went beyond the budget; else "failed", and why.
    """
    e, metric = run.experiment, metric_column(run.spec.metric)
    names = {trial.trial_id: trial_name(number) for number, trial in enumerate(given)}
    results = [row | {"key": e.key, "trial_id": names[row["trial_id"]]} for row in run.recorder.rows]
    own = defaultdict[str, list[Row]](list)
    for row in results:
        own[row["trial_id"]].append(row)
    trials = [trial_row(run, trial, number, own[trial_name(number)]) for number, trial in enumerate(given)]
    best = incumbent(results, metric, run.spec.mode)
    if broken := run.beyond or beyond_budget(run, given) or beyond_space(run, given):
        made = not_run(e, "failed", broken)
    elif best is None:
        made = not_run(e, "failed", why_no_value(run, given))
    else:
        made = Outcome(asdict(e) | {"key": e.key, "status": "ok", "reason": ""})
        made.row |= {"best": best[metric], "best_epoch": best["epoch"], "best_trial": best["trial_id"]}
        made.row |= _tested(run, given[int(best["trial_id"].removeprefix("t"))], best)
    train = sum(row["cost"] for row in results)
    made.row |= _counts(run, trials, len(results)) | _ledger(run, train) | run.times()
    made.trials, made.results = trials, results
    return made


def _tested(run: Execution, trial: Trial, best: Row) -> Row:
    """Return what is known of the incumbent's model; the cell has failed if its test raises anything."""
    try:
        return run.test(trial, best)
    except Exception as error:  # noqa: BLE001 - a user's test() may raise anything; what was trained is kept
        why = f"testing the incumbent failed: {headline(error)}"
        return {
            "status": "failed",
            "reason": why,
            "test_metric": run.spec.test_metric or "",
            "checkpoint": "",
        }


def beyond_budget(run: Execution, given: list[Trial]) -> str:
    """Say what an experiment ran beyond its budget, whoever let it; empty if it kept to it."""
    e = run.experiment
    who = f"{e.searcher} x {e.scheduler}"
    started = sum(run.recorder.ending(trial, e.epochs) != "waiting" for trial in given)
    if started > run.num_trials:
        return f"{who} began more trials than its budget of {run.num_trials}"
    longest = max(run.recorder.last_epoch.values(), default=0)
    return f"{who} trained to epoch {longest}, beyond its budget of {e.epochs}" if longest > e.epochs else ""


def beyond_space(run: Execution, given: list[Trial]) -> str:
    """Say which configuration lies outside the trainable's space, whoever made it; empty if none does."""
    e, space = run.experiment, as_choices(run.spec.space())
    for trial in given:
        if run.recorder.ending(trial, e.epochs) != "waiting":
            # Ray's Repeater numbers the trainings of one configuration.
            config = {name: value for name, value in trial.config.items() if name != TRIAL_INDEX}
            if wrong := outside(space, config):
                return f"{e.searcher} x {e.scheduler} left the space of {e.trainable}: {one_line(wrong[0])}"
    return ""


def why_no_value(run: Execution, given: list[Trial]) -> str:
    """Say why no trial of an experiment gave a finite value of its metric."""
    metric, results, e = run.recorder.metric, run.recorder.rows, run.experiment
    decisions = Counter(run.recorder.ending(trial, e.epochs) for trial in given)
    reasons = sorted(
        {why_failed(trial) for trial in given if run.recorder.ending(trial, e.epochs) == "failed"}
    )
    parts = [
        *reasons[:MOST_REASONS],
        *([f"{len(reasons) - MOST_REASONS} other errors"] * (len(reasons) > MOST_REASONS)),
    ]
    known = sum(metric.column in row for row in results)
    if known:
        often = "every" if known == len(results) else "each reported"
        parts.append(f"{often} {metric.name} was NaN or infinite")
    elif results:
        parts.append(metric.why_none())
    elif e.time_budget and (decisions["cut"] or decisions["waiting"]):
        parts.append(f"the time budget of {e.time_budget:g} s ended before any trial reported")
    elif decisions["ended"]:
        parts.append(
            f"{e.trainable} ended without a report; call tune.report({{{metric.name!r}: ...}}) in each epoch"
        )
    elif not given:
        parts.append(f"{e.searcher} proposed no trial")
    return f"no trial gave a finite {metric.name}: {'; '.join(parts) or 'nothing was reported'}"


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
    config = in_words(trial.config)
    return {
        "key": run.experiment.key,
        "trial_id": trial_name(number),
        "number": number,
        "config": canonical(config),
        "status": STATUS.get(decision, "ok"),
        "decision": decision,
        "reason": why_failed(trial) if decision == "failed" else "",
        "epochs": len(results),
        "best": best[metric] if best else None,
        "started": recorder.started.get(trial.trial_id),
        "ended": recorder.ended.get(trial.trial_id) if ended is None else ended,
    } | {f"config/{parameter}": value for parameter, value in config.items()}


def why_failed(trial: Any) -> str:
    """Return in one line what ended a trial: its last error, as ``ValueError: text``.

    Tune leaves the text of each failure in a file.
    """
    return last_failure(Path(trial.error_file).read_text(errors="replace")) if trial.error_file else "unknown"


def _counts(run: Execution, trials: list[Row], results: int) -> Row:
    decisions = Counter(row["decision"] for row in trials)
    return {
        "metric": run.spec.metric,
        "mode": run.spec.mode,
        **_constants(run.spec.name, run.experiment.data, run.experiment.train_size),
        "trials_asked": run.num_trials,
        "trials_run": len(trials) - decisions["waiting"],
        **{f"trials_{word}": decisions[word] for word in DECISIONS if word != "waiting"},
        "epochs_spent": results,
        "epochs_before": run.epochs_before,
        "look_ahead": run.max_concurrent,
        "driver_peak_mb": peak_memory_mb(),
        "started_at": run.started_at,
        "environment": run.context.environment,
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
