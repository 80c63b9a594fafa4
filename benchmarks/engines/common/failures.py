"""Reasons for which an experiment or a trial failed, each in one line."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray.tune.search.repeater import TRIAL_INDEX

from benchmarks.core.reasons import last_failure
from benchmarks.spaces.grid_values import as_choices
from benchmarks.spaces.membership import outside
from results.messages import one_line

if TYPE_CHECKING:
    from ray.tune.experiment import Trial

    from benchmarks.engines.common.execution import Execution

NO_STORAGE = "Unable to set up cluster storage"  # how Tune says it
MOST_REASONS = 3  # different errors in an experiment's reason


def beyond_budget(run: Execution, ray_trials: list[Trial]) -> str:
    """Say what an experiment ran beyond its budget; "" if it kept to it."""
    e = run.experiment
    who = f"{e.searcher} x {e.scheduler}"
    started = sum(run.recorder.ending(trial, e.epochs) != "waiting" for trial in ray_trials)
    if started > run.num_trials:
        return f"{who} began more trials than its budget of {run.num_trials}"
    longest = max(run.recorder.last_epoch.values(), default=0)
    return f"{who} trained to epoch {longest}, beyond its budget of {e.epochs}" if longest > e.epochs else ""


def without_storage(run: Execution, ray_trials: list[Trial]) -> str:
    """Say that trials could not reach the folder of their checkpoints; "" if all could.

    That is a fault of the surroundings, and what is left of the experiment is none of its combination's.
    """
    for trial in ray_trials:
        if run.recorder.ending(trial, run.experiment.epochs) == "failed":
            reason = why_failed(trial)
            if NO_STORAGE in reason:
                return f"a trial could not reach the storage of checkpoints: {reason}"
    return ""


def beyond_space(run: Execution, ray_trials: list[Trial]) -> str:
    """Say which configuration lies outside the trainable's space; "" if none does."""
    e, space = run.experiment, as_choices(run.spec.space())
    for trial in ray_trials:
        if run.recorder.ending(trial, e.epochs) != "waiting":
            # Ray's Repeater numbers the trainings of one configuration.
            config = {name: value for name, value in trial.config.items() if name != TRIAL_INDEX}
            if wrong := outside(space, config):
                return f"{e.searcher} x {e.scheduler} left the space of {e.trainable}: {one_line(wrong[0])}"
    return ""


def why_no_value(run: Execution, ray_trials: list[Trial]) -> str:
    """Say why no trial of an experiment gave a finite value of its metric."""
    metric, results, e = run.recorder.metric, run.recorder.rows, run.experiment
    decisions = Counter(run.recorder.ending(trial, e.epochs) for trial in ray_trials)
    reasons = sorted(
        {why_failed(trial) for trial in ray_trials if run.recorder.ending(trial, e.epochs) == "failed"}
    )
    parts = [
        *reasons[:MOST_REASONS],
        *([f"{len(reasons) - MOST_REASONS} other errors"] * (len(reasons) > MOST_REASONS)),
    ]
    reported = sum(metric.column in row for row in results)
    if reported:
        often = "every" if reported == len(results) else "each reported"
        parts.append(f"{often} {metric.name} was NaN or infinite")
    elif results:
        parts.append(metric.why_none())
    elif e.time_budget and (decisions["cut"] or decisions["waiting"]):
        parts.append(f"the time budget of {e.time_budget:g} s ended before any trial reported")
    elif decisions["ended"]:
        parts.append(
            f"{e.trainable} ended without a report; call tune.report({{{metric.name!r}: ...}}) in each epoch"
        )
    elif not ray_trials:
        parts.append(f"{e.searcher} proposed no trial")
    return f"no trial gave a finite {metric.name}: {'; '.join(parts) or 'nothing was reported'}"


def why_failed(trial: Any) -> str:
    """Return in one line what ended a trial: its last error, as ``ValueError: text``.

    Tune leaves the text of each failure in a file.
    """
    return last_failure(Path(trial.error_file).read_text(errors="replace")) if trial.error_file else "unknown"
