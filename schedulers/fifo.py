"""First in, first out: every trial trains to its end."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import Capability, ScheduleSetup, scheduler


@scheduler(
    "fifo",
    "no early stopping: every trial trains to its end",
    provides=frozenset({Capability.EVERY_EPOCH}),
    plain=("from ray.tune.schedulers import FIFOScheduler", "FIFOScheduler()"),
)
def fifo(setup: ScheduleSetup) -> Any:
    from ray.tune.schedulers import FIFOScheduler

    return FIFOScheduler()
