"""Synchronous HyperBand."""

from __future__ import annotations

from typing import Any

from benchmarks.registry import Capability, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR


@scheduler(
    "hyperband",
    "synchronous HyperBand: brackets of successive halving, losers are stopped together",
    wants={Capability.CHECKPOINTS: "HyperBand pauses trials, so they must save and load checkpoints"},
    # Ray asks a Searcher for one trial at a time; a bracket would be halved before a second trial came,
    # and nothing would ever be stopped.  With all trials in view the brackets fill as they should.
    look_ahead="trials",
)
def hyperband(setup: ScheduleSetup) -> Any:
    """Li et al., Hyperband: A Novel Bandit-Based Approach, JMLR 18 (2018)."""
    from ray.tune.schedulers import HyperBandScheduler

    return HyperBandScheduler(
        time_attr="training_iteration", max_t=setup.epochs, reduction_factor=REDUCTION_FACTOR
    )
