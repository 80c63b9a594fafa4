"""Ray's asynchronous successive halving, which stops but never promotes."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Effect, ScheduleSetup, scheduler

#: One trial in three survives a rung, in every halving scheduler of the suite.
REDUCTION_FACTOR = 3


@scheduler(
    "asha",
    "asynchronous successive halving that stops trials (Ray's variant; it never promotes)",
    does=frozenset({Effect.STOP}),
    plain=(
        "from ray.tune.schedulers import ASHAScheduler",
        'ASHAScheduler(time_attr="training_iteration", max_t={epochs}, grace_period=1, reduction_factor=3)',
    ),
)
def asha(setup: ScheduleSetup) -> Any:
    """After Li et al., A System for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934."""
    from ray.tune.schedulers import ASHAScheduler

    return ASHAScheduler(
        time_attr="training_iteration",
        max_t=setup.epochs,
        grace_period=1,
        reduction_factor=REDUCTION_FACTOR,
    )
