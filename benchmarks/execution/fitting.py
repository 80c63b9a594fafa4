"""Fit of a scheduler's brackets or population into a time budget."""

from __future__ import annotations

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS

#: Decisions by which a scheduler has judged a trial.
JUDGED = frozenset({"PAUSE", "STOP"})
#: Of the time, the share below which a fixed number of trials leaves most of it unused.
LITTLE = 0.5


def why_unfit(outcome: Outcome) -> str:
    """Return how little of what its scheduler is laid out for an experiment saw before its time was over.

    Empty if the scheduler has judged trials, if it judges none, or if there was no budget of time, or enough.
    What is laid out for a number of trials (a population, a grid) may also be over long before the time is.
    """
    row = outcome.row
    if outcome.status != "ok" or not row.get("time_budget") or not _known(row["searcher"], row["scheduler"]):
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
    if fixed and not (cut or waiting) and row["wall_s"] < LITTLE * row["time_budget"]:
        return (
            f"{fixed[0]} is laid out for its {len(ends)} trials, which were over after "
            f"{row['wall_s'] / row['time_budget']:.0%} of the time; give it more --trials"
        )
    if not spec.does or not (cut or waiting) or any(one["decision"] in JUDGED for one in outcome.results):
        return ""
    return f"{spec.name} had judged no trial when the time was over; it needs more"


def _known(searcher: str, scheduler: str) -> bool:
    try:
        return bool(SEARCHERS[searcher] and SCHEDULERS[scheduler])
    except KeyError:  # a part that is not registered any more
        return False
