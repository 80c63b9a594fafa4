"""A task with a recorded table needs its libraries only where it is trained."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.execution.answers import answer_by_rule
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES

NAME = "digits-without-its-library"


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> str:
    """Register a trainable with a table, whose library is not installed."""
    spec = replace(TRAINABLES["digits-mlp"], name=NAME, requires=("tunegrid-made-up",), seeds_of="digits-mlp")
    monkeypatch.setitem(TRAINABLES._specs, NAME, spec)
    return NAME


def test_the_virtual_engine_replays_it(lacking: str) -> None:
    experiment = Experiment(lacking, "random", "asha", trials=4, epochs=3, workers=2, engine="virtual")
    assert answer_by_rule(experiment) is None
    outcome = virtually(experiment)
    there = virtually(Experiment("digits-mlp", "random", "asha", trials=4, epochs=3, workers=2))
    assert outcome.status == "ok" and len(outcome.results) == len(there.results)


@pytest.mark.parametrize("engine", ["tune", "live"])
def test_an_engine_that_trains_does_not(lacking: str, engine: str) -> None:
    answer = answer_by_rule(Experiment(lacking, "random", "fifo", engine=engine))
    assert answer is not None and answer.status == "unavailable"
    assert answer.row["reason"] == "not installed: tunegrid-made-up; pip install tunegrid-made-up"


def test_what_else_is_missing_is_missing_there_too() -> None:
    answer = answer_by_rule(Experiment("hpobench-car", "random", "fifo", epochs=1, engine="virtual"))
    assert bool(answer) == bool(TRAINABLES["hpobench-car"].missing())  # its curves are in the package
