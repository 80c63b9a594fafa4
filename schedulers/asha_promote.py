"""Asynchronous successive halving that promotes, as its paper has it."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR
from schedulers.asha import grace_period as first_rung


@scheduler(
    "asha-promote",
    "asynchronous successive halving as published: trials rest on a rung until they are promoted",
    wants={Capability.CHECKPOINTS: "trials rest and go on later, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={
        "reduction_factor": Option(
            "one trial in so many is promoted", least=2, extremes=(2, 9), source="eta of arXiv 1810.05934"
        ),
        "grace_period": first_rung("r of arXiv 1810.05934"),
    },
    repairs=(
        "Ray's ASHAScheduler only stops: a trial is judged once, against those that came before it, and the "
        "first one on a rung always goes on. Here a free worker takes the best trial that has earned its "
        "promotion, else a new one, as in the paper.",
    ),
)
def asha_promote(
    setup: ScheduleSetup, *, reduction_factor: int = REDUCTION_FACTOR, grace_period: int = 1
) -> Any:
    """Li et al., A System for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934, Algorithm 2."""
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import AsynchronousRungs, milestones

    rungs = AsynchronousRungs(milestones(setup.epochs, reduction_factor, grace_period), reduction_factor)
    return RungScheduler(rungs, setup.epochs)
