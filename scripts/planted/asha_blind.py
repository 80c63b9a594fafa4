"""ASHA ignores its rungs: nothing is stopped."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import SCHEDULERS, ScheduleSetup
from scripts.planted import plant


def build(setup: ScheduleSetup) -> Any:
    from ray.tune.schedulers import FIFOScheduler

    return FIFOScheduler()


plant(SCHEDULERS, "asha", build=build)
