"""Progressive asynchronous successive halving."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, Option, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR
from schedulers.asha import grace_period as first_rung


@scheduler(
    "pasha",
    "asha-promote with a top rung that grows while the order on the two top rungs is unstable (PASHA)",
    wants={Capability.CHECKPOINTS: "trials rest and go on later, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={
        "reduction_factor": Option(
            "one trial in so many is promoted", least=2, extremes=(2, 9), source="eta of arXiv 2207.06940"
        ),
        "grace_period": first_rung("r of arXiv 2207.06940"),
        "noise_percentile": Option(
            "percentile of the distances between curves that cross and cross back, which counts as noise",
            least=0,
            most=100,
            source="N of arXiv 2207.06940",
        ),
    },
)
def pasha(
    setup: ScheduleSetup,
    *,
    reduction_factor: int = REDUCTION_FACTOR,
    grace_period: int = 1,
    noise_percentile: float = 90,
) -> Any:
    """Bohdal et al., PASHA: Efficient HPO and NAS with Progressive Resource Allocation, ICLR 2023.

    Algorithm 1 of arXiv 2207.06940 with the soft ranking whose epsilon is estimated from noise.  It promotes:
    trials rest on a rung and are ended when the search is over.  The paper trains the configuration that it
    has found once more from the start; here the best trial goes on to its last epoch.
    """
    from schedulers._growing_rungs import GrowingRungs
    from schedulers._rung_scheduler import RungScheduler
    from schedulers._rungs import milestones

    rungs = milestones(setup.epochs, reduction_factor, grace_period)
    return RungScheduler(GrowingRungs(rungs, reduction_factor, noise_percentile), setup.epochs)
