"""Behaviour of a scheduler in an experiment, read from its rows by pure functions.

A *row* is one of ``Outcome.results``: a trial's result after an epoch, with the scheduler's decision.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import Effect
from benchmarks.testing.domains import outside

Row = Mapping[str, Any]
FINAL = ("END", "STOP")  # nothing comes after these


def sequence(rows: Sequence[Row]) -> list[tuple[str, int, str, str]]:
    """Return the events in order: (trial, epoch, decision, configuration)."""
    return [(row["trial_id"], row["epoch"], row["decision"], row["config"]) for row in rows]


def by_trial(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return each trial's rows in their order."""
    trials: dict[str, list[Row]] = {}
    for row in rows:
        trials.setdefault(row["trial_id"], []).append(row)
    return trials


def effects(outcome: Outcome) -> frozenset[Effect]:
    """Return the effects on trials.

    A pause from which a trial comes back with other resources is part of that change.
    """
    seen = {Effect.STOP} if any(trial["decision"] == "stopped" for trial in outcome.trials) else set()
    for rows in by_trial(outcome.results).values():
        if len({row["config"] for row in rows}) > 1:
            seen.add(Effect.MUTATE)
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            if after is not None and after.get("cpus") != row.get("cpus"):
                seen.add(Effect.RESIZE)
            elif row["decision"] == "PAUSE":
                seen.add(Effect.PAUSE)
    return frozenset(seen)


def after_the_end(rows: Sequence[Row]) -> list[str]:
    """Return the trials that had a result after their last: one that ended or stopped them."""
    return [
        trial
        for trial, results in by_trial(rows).items()
        if any(row["decision"] in FINAL for row in results[:-1])
    ]


def ended_while_going_on(outcome: Outcome) -> list[str]:
    """Return the trials that were ended early although the last decision on them was to go on."""
    stopped = {trial["trial_id"] for trial in outcome.trials if trial["decision"] == "stopped"}
    rows = by_trial(outcome.results)
    return [trial for trial in rows if trial in stopped and rows[trial][-1]["decision"] == "CONTINUE"]


def out_of_step(rows: Sequence[Row]) -> list[str]:
    """Return the trials whose epochs are not 1, 2, 3, ...: an epoch was lost or trained twice."""
    return [
        trial
        for trial, results in by_trial(rows).items()
        if [row["epoch"] for row in results] != list(range(1, len(results) + 1))
    ]


def strayed(rows: Sequence[Row], space: Mapping[str, Any]) -> list[str]:
    """Return the errors of the configurations that trained, a sentence each."""
    configs = dict.fromkeys(row["config"] for row in rows)
    return [wrong for config in configs for wrong in outside(space, json.loads(config))]


def best_ended(outcome: Outcome, metric: str, mode: str) -> list[str]:
    """Return the trials that were ended early though none that went on from that epoch was as good there.

    True of none if trials are judged by comparison and their curves do not cross: at each epoch the best
    that has come so far goes on.
    """
    sign = 1 if mode == "max" else -1
    ended: list[Row] = []
    best_of_those_that_went_on: dict[int, float] = {}
    stopped = {trial["trial_id"] for trial in outcome.trials if trial["decision"] == "stopped"}
    for trial, rows in by_trial(outcome.results).items():
        for row in rows[:-1] if trial in stopped else rows:
            best = best_of_those_that_went_on.get(row["epoch"], -float("inf"))
            best_of_those_that_went_on[row["epoch"]] = max(best, sign * row[metric])
        ended += rows[-1:] if trial in stopped else []
    return [
        f"{row['trial_id']} at epoch {row['epoch']}"
        for row in ended
        if sign * row[metric] > best_of_those_that_went_on.get(row["epoch"], float("inf"))
    ]
