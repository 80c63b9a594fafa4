"""Fit of a scheduler's brackets or population into a budget of time or of training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS

#: Decisions by which a scheduler has judged a trial.
JUDGED = frozenset({"PAUSE", "STOP"})
#: Of the time, the share below which a fixed number of trials leaves most of it unused.
LITTLE = 0.5


def why_unfit(outcome: Outcome) -> str:
    """Return how little of what its scheduler is laid out for an experiment saw before its time was over.

    Empty if the scheduler has judged trials, if it judges none, or if there was no such budget, or enough.
    What is laid out for a number of trials (a population, a grid) may also be over long before the time is.
    """
    row = outcome.row
    limited = row.get("time_budget") or row.get("budget")
    if outcome.status != "ok" or not limited or not _known(row["searcher"], row["scheduler"]):
        return ""
    spec = SCHEDULERS[row["scheduler"]]
    ends = [trial["decision"] for trial in outcome.trials]
    waiting, cut = ends.count("waiting"), ends.count("cut")
    missing = int(row.get("trials_asked") or row["trials"]) - len(ends) + waiting
    if spec.fixed_trials and (cut or waiting) and missing > 0:
        return (
            f"{missing} of the {len(ends) - waiting + missing} trials that {spec.name} compares never began"
        )
    fixed = [one.name for one in (spec, SEARCHERS[row["searcher"]]) if one.fixed_trials]
    used = _used(row)
    if fixed and not (cut or waiting) and used < LITTLE:
        return (
            f"{fixed[0]} is laid out for its {len(ends)} trials, which were over after "
            f"{used:.0%} of the {'time' if row.get('time_budget') else 'budget'}; give it more --trials"
        )
    if (
        row["epochs"] == 1
        or not spec.does
        or not (cut or waiting)
        or any(one["decision"] in JUDGED for one in outcome.results)
    ):
        return ""
    over = "time was over" if row.get("time_budget") else "budget was spent"
    return f"{spec.name} had judged no trial when the {over}; it needs more"


def _used(row: Mapping[str, Any]) -> float:
    """Return the share of the budget that was used, of the tighter one if there are two; 1 if unknown."""
    shares = [row["wall_s"] / row["time_budget"]] if row.get("time_budget") else []
    if row.get("budget") and row.get("training_s"):
        shares.append(row["train_s"] / (row["budget"] * row["training_s"]))
    return max(shares, default=1.0)


def _known(searcher: str, scheduler: str) -> bool:
    try:
        return bool(SEARCHERS[searcher] and SCHEDULERS[scheduler])
    except KeyError:  # a part that is not registered any more
        return False
