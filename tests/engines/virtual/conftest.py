"""Experiments on the virtual engine, in the test's own process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.controller import VirtualController
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES

Run = Callable[..., Outcome]


class PlainExecution(VirtualExecution):
    controller = VirtualController


@pytest.fixture
def virtual(tmp_path: Path) -> Run:
    """Run an experiment that is given like ``Experiment`` and return its outcome.

    With ``plain``, every step is Tune's own code.
    """

    def run(trainable: str, searcher: str, scheduler: str, plain: bool = False, **fields: Any) -> Outcome:
        asked = Experiment(trainable, searcher, scheduler, engine="virtual", **fields)
        arrays = TRAINABLES[trainable].load(asked.data, 0, None)
        kind = PlainExecution if plain else VirtualExecution
        return kind(asked, ExecutionContext(arrays, "", str(tmp_path), str(tmp_path / "scratch"))).run()

    return run
