"""First in, first out: every trial trains to its end."""

from __future__ import annotations

from typing import Any

from benchmarks.registry import ScheduleSetup, scheduler


@scheduler("fifo", "no early stopping: every trial trains to its end")
def fifo(setup: ScheduleSetup) -> Any:
    from ray.tune.schedulers import FIFOScheduler

    return FIFOScheduler()
