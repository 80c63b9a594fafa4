"""Synchronous successive halving: one bracket with all trials in it."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR
from schedulers.asha import grace_period as first_rung


@scheduler(
    "sha",
    "synchronous successive halving: all trials form one bracket, the best third of each rung goes on",
    wants={Capability.CHECKPOINTS: "trials wait for the others of their rung, so they must save and load"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    fixed_trials=True,
    options={
        "reduction_factor": Option(
            "one trial in so many survives a rung", least=2, extremes=(2, 9), source="eta of arXiv 1502.07943"
        ),
        "grace_period": first_rung("r of arXiv 1502.07943"),
    },
)
def sha(setup: ScheduleSetup, *, reduction_factor: int = REDUCTION_FACTOR, grace_period: int = 1) -> Any:
    """Jamieson and Talwalkar, Non-stochastic Best Arm Identification, AISTATS 2016.

    Of those that reach a rung, rounded down; a trial that has failed leaves the others their chance.
    """
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import SynchronousRungs, milestones

    rungs = SynchronousRungs(
        milestones(setup.epochs, reduction_factor, grace_period), keep=lambda there: there // reduction_factor
    )
    return RungScheduler(rungs, setup.epochs)
