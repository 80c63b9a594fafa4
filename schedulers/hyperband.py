"""Synchronous HyperBand."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, Effect, ScheduleSetup, scheduler
from schedulers.asha import REDUCTION_FACTOR, reduction_factor


@scheduler(
    "hyperband",
    "synchronous HyperBand: brackets of successive halving, losers are stopped together",
    wants={Capability.CHECKPOINTS: "HyperBand pauses trials, so they must save and load checkpoints"},
    does=frozenset({Effect.STOP, Effect.PAUSE}),
    options={"reduction_factor": reduction_factor("HyperBandScheduler; eta of arXiv 1603.06560")},
    repairs=(
        "Ray halves a bracket before it is full; a Searcher gives one trial at a time, so nothing is ever "
        "stopped (plain FIFO). Here a bracket waits until it is full, or no more trials are to come.",
        "Once Ray has halved a bracket it no longer notices that one of its trials fails or ends, and the "
        "others wait without end, as does a trial that is still saving when its bracket is done; here all go "
        "on or end.",
        "When paused trials and a new one wait for two workers, Ray may start the new one without a folder, "
        "which ends the experiment (RuntimeError); here each has its folder from the beginning.",
        "Ray sorts NaN to any position; here it is the worst of values.",
    ),
    plain=(
        "from ray.tune.schedulers import HyperBandScheduler",
        'HyperBandScheduler(time_attr="training_iteration", max_t={epochs}, reduction_factor=3)',
    ),
)
def hyperband(setup: ScheduleSetup, *, reduction_factor: float = REDUCTION_FACTOR) -> Any:
    """Li et al., Hyperband: A Novel Bandit-Based Approach, JMLR 18 (2018)."""
    from schedulers._hyperband import FullBrackets

    return FullBrackets(time_attr="training_iteration", max_t=setup.epochs, reduction_factor=reduction_factor)
