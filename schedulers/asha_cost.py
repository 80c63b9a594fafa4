"""Asynchronous successive halving with rungs in seconds of training."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR


@scheduler(
    "asha-cost",
    "asha-promote with rungs in seconds of training in place of epochs, so that cheap trials train longer",
    wants={Capability.CHECKPOINTS: "trials rest and go on later, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={
        "reduction_factor": Option(
            "one trial in so many is promoted", least=2, extremes=(2, 9), source="eta of arXiv 1810.05934"
        ),
        "grace_period": Option(
            "cost of the first rung, in median seconds of an epoch",
            least=1,
            extremes=(2,),
            source="r of arXiv 1810.05934, with seconds as its resource",
        ),
    },
)
def asha_cost(
    setup: ScheduleSetup, *, reduction_factor: int = REDUCTION_FACTOR, grace_period: int = 1
) -> Any:
    """Li et al., arXiv 1810.05934, Algorithm 2, with training time as the resource.

    A trial is compared with others that have cost as much (``time_total_s``, on the engine's clock), whatever
    its number of epochs.  The rungs are multiples of the median seconds that an epoch takes, which is
    learned from the trials.  Another rule that counts cost is that of Ivkin et al., Cost-aware Adversarial
    Best Arm Identification (2021): rungs of epochs, from which the best trials are promoted that
    have cost a share of what all have.

    With real trainings measured seconds decide, so that the same seed need not give the same decisions.
    """
    from schedulers._cost_rungs import CostRungs, CostScheduler
    from schedulers._rungs import milestones

    rungs = CostRungs(milestones(setup.epochs, reduction_factor, grace_period), reduction_factor)
    return CostScheduler(rungs, setup.epochs)
