"""Ray's asynchronous successive halving, which stops but never promotes."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Effect, Option, ScheduleSetup, scheduler

#: One trial in three survives a rung, in every halving scheduler of the suite.
REDUCTION_FACTOR = 3


def reduction_factor(source: str) -> Option:
    """Return the option by which halving schedulers say how many trials survive a rung."""
    return Option("one trial in so many survives a rung", above=1, extremes=(2, 9), source=source)


def grace_period(source: str) -> Option:
    """Return the option by which halving schedulers say where their first rung is."""
    return Option("epochs of every trial before it can be stopped", least=1, extremes=(2,), source=source)


#: Options of ``asha``, and of what is built on it.
OPTIONS = {
    "reduction_factor": reduction_factor("ASHAScheduler; eta of arXiv 1810.05934"),
    "grace_period": grace_period("ASHAScheduler; r of arXiv 1810.05934"),
    "brackets": Option(
        "successive halvings that trials are shared out to, each with a later first rung",
        least=1,
        extremes=(3,),
        source="ASHAScheduler",
    ),
}


@scheduler(
    "asha",
    "asynchronous successive halving that stops trials (Ray's variant; it never promotes)",
    does=frozenset({Effect.STOP}),
    options=OPTIONS,
    plain=(
        "from ray.tune.schedulers import ASHAScheduler",
        'ASHAScheduler(time_attr="training_iteration", max_t={epochs}, grace_period=1, reduction_factor=3)',
    ),
)
def asha(
    setup: ScheduleSetup,
    *,
    reduction_factor: float = REDUCTION_FACTOR,
    grace_period: int = 1,
    brackets: int = 1,
) -> Any:
    """After Li et al., A System for Massively Parallel Hyperparameter Tuning, arXiv 1810.05934."""
    from ray.tune.schedulers import ASHAScheduler

    return ASHAScheduler(
        time_attr="training_iteration",
        max_t=setup.epochs,
        grace_period=grace_period,
        reduction_factor=reduction_factor,
        brackets=brackets,
    )
