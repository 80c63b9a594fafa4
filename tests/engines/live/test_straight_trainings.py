"""Curves of ``live`` are those of the trainable that is trained straight through, as Tune's actor does it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from helpers.live_server import PROCESSES, Live, lesson

from benchmarks.curves.live.lineage import Subject
from benchmarks.engines.common.outcome import Outcome

BUDGET = {"trials": 3, "epochs": 3, "workers": 2}


def straight(name: str, config: dict[str, Any], epochs: int, metric: str) -> list[float]:
    """Train a configuration one epoch after another."""
    trial = lesson(Subject(name, "content", "cpu", 0.0, 0)).trainable(config=dict(config))
    values = [float(trial.train()[metric]) for _ in range(epochs)]
    trial.stop()
    return values


def curves(outcome: Outcome) -> dict[str, list[float]]:
    assert outcome.status == "ok", outcome.row["reason"]
    found: dict[str, list[float]] = {}
    for row in outcome.results:
        found.setdefault(row["config"], []).append(row[outcome.row["metric"]])
    return found


#: Trainables that are compiled when a process prepares itself.
COMPILED = [pytest.param(name, marks=pytest.mark.slow) for name in ("mnist-convnet", "mnist-wide")]


@pytest.mark.parametrize("name", ["digits-mlp", "conditional", *COMPILED])
def test_curve_is_that_of_a_training_straight_through(live: Live, name: str) -> None:
    outcome = live.run(name, "random", "fifo", **BUDGET)
    with PROCESSES.Pool(1) as process:
        for config, values in curves(outcome).items():
            asked = name, json.loads(config), BUDGET["epochs"], outcome.row["metric"]
            assert values == process.apply(straight, asked)
    assert outcome.row["differs"] == ""


def test_trainable_that_is_not_deterministic_is_named(live: Live) -> None:
    outcome = live.run("dice", "random", "fifo", **BUDGET)
    assert outcome.status == "ok"
    later = live.run("dice", "random", "asha", **BUDGET)
    assert "two trainings of configuration" in later.row["differs"] and "score was" in later.row["differs"]
    [line] = live.server.trainings.repeats.lines()
    assert line.startswith("dice is not deterministic")
