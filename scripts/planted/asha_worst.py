"""ASHA keeps the worst trials and stops the others."""

from __future__ import annotations

from typing import Any

from benchmarks.suite.registry import SCHEDULERS, ScheduleSetup
from scripts.planted import plant

asha = SCHEDULERS["asha"].build


def build(setup: ScheduleSetup) -> Any:
    scheduler = asha(setup)
    named = scheduler.set_search_properties

    def set_search_properties(metric: str | None, mode: str | None, **spec: Any) -> bool:
        done = bool(named(metric, mode, **spec))
        scheduler._metric_op = -scheduler._metric_op
        return done

    scheduler.set_search_properties = set_search_properties
    return scheduler


plant(SCHEDULERS, "asha", build=build)
