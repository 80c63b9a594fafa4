"""Checkpoints that nobody would read: leaving them out changes no turn of any scheduler."""

from __future__ import annotations

import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS
from benchmarks.suite.rules import why_incompatible, why_unavailable

COLUMNS = ("trial_id", "epoch", "decision", "config", "clock", "loss")


class SavingEachEpoch(VirtualExecution):
    """An execution that saves a checkpoint each epoch, as on Ray."""

    saves = True


def turns(outcome: Outcome) -> list[tuple[object, ...]]:
    assert outcome.status == "ok", outcome.row["reason"]
    return [tuple(row[name] for name in COLUMNS) for row in outcome.results]


def fitting(scheduler: str) -> list[str]:
    return [
        name
        for name in ("optuna-tpe", "dehb", "random")
        if not why_unavailable(SEARCHERS[name], SCHEDULERS[scheduler])
        and not why_incompatible(SEARCHERS[name], SCHEDULERS[scheduler])
    ]


@pytest.mark.parametrize("scheduler", sorted(SCHEDULERS))
def test_every_scheduler_takes_the_turns_that_it_takes_with_all_checkpoints(scheduler: str) -> None:
    searchers = fitting(scheduler)
    if not searchers:  # hb-dehb takes dehb alone, which is optional
        pytest.skip(f"no searcher for {scheduler} is installed")
    searcher, workers = searchers[0], 1 if "hyperband" in scheduler else 4
    experiment = Experiment("branin", searcher, scheduler, trials=14, epochs=9, workers=workers)
    assert turns(virtually(experiment)) == turns(virtually(experiment, SavingEachEpoch))
