"""The engine ``live`` on trainings that take as long as curves say: every event is that of ``virtual``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers.live_server import TIMED, Live

from benchmarks.engines.common.outcome import Outcome

NO_OUTCOME = {"key", "engine", "epochs_trained", "differs", "checkpoint", "started_at", "real_s"}
NO_OUTCOME |= {"driver_peak_mb", "worker_peak_mb", "suggest_s", "suggest_processor_s", "decide_s", "ray_s"}
NO_OUTCOME |= {"wait_s", "driver_processor_s", "busy", "stretch", "recost"}
Run = Callable[..., Outcome]


def rows(outcome: Outcome) -> list[list[dict[str, Any]]]:
    tables = [[outcome.row], outcome.trials, outcome.results]
    return [[{k: v for k, v in row.items() if k not in NO_OUTCOME} for row in table] for table in tables]


@pytest.mark.parametrize("workers", [pytest.param(1, marks=pytest.mark.slow), 4])
@pytest.mark.parametrize(
    "scheduler",
    ["fifo", "asha", "asha-promote", "hyperband", "median", "sha", "pbt", "pbt-sync", "resource-changing"],
)
def test_every_event_is_that_of_the_virtual_engine(
    live: Live, virtual: Run, scheduler: str, workers: int
) -> None:
    fields: dict[str, Any] = {"trials": 9, "epochs": 9, "workers": workers}
    trained = live.run(TIMED, "random", scheduler, **fields)
    assert trained.status == "ok", trained.row["reason"]
    assert rows(trained) == rows(virtual(TIMED, "random", scheduler, **fields))


@pytest.mark.parametrize(
    "world",
    [
        {"stragglers": 0.5, "speeds": "1,0.5"},
        {"drop_outs": 0.02, "max_failures": 3},
        {"preemptions": 0.02, "max_failures": -1},
        {"latency": "measured"},
        {"time_budget": 20.0},
    ],
    ids=lambda world: ",".join(world),
)
@pytest.mark.parametrize(
    "scheduler", ["pbt", *(pytest.param(name, marks=pytest.mark.slow) for name in ("asha", "hyperband"))]
)
def test_a_world_that_is_not_ideal_is_the_same_one(
    live: Live, virtual: Run, scheduler: str, world: dict[str, Any]
) -> None:
    fields: dict[str, Any] = {"trials": 9, "epochs": 9, "workers": 4} | world
    trained = live.run(TIMED, "random", scheduler, **fields)
    assert rows(trained) == rows(virtual(TIMED, "random", scheduler, **fields))
