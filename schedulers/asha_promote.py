"""Asynchronous successive halving that promotes, as its paper has it."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR


@scheduler(
    "asha-promote",
    "asynchronous successive halving as published: trials rest on a rung until they are promoted",
    wants={Capability.CHECKPOINTS: "trials rest and go on later, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    repairs=(
        "Ray's ASHAScheduler only stops: a trial is judged once, against those that came before it, and the "
        "first one on a rung always goes on. Here a free worker takes the best trial that has earned its "
        "promotion, else a new one, as in the paper.",
    ),
)
def asha_promote(setup: ScheduleSetup) -> Any:
    """Li et al., A System for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934, Algorithm 2."""
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import AsynchronousRungs, milestones

    rungs = AsynchronousRungs(milestones(setup.epochs, REDUCTION_FACTOR), REDUCTION_FACTOR)
    return RungScheduler(rungs, setup.epochs)
