"""A small run on the virtual clock, for tests of what can be asked of it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tunegrid as tg


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two searchers and two schedulers, twice each."""
    folder = tmp_path_factory.mktemp("runs")
    run = tg.run(
        trainables="branin",
        searchers=["random", "optuna-tpe"],
        schedulers=["asha", "fifo"],
        trials=4,
        epochs=9,
        workers=2,
        repetitions=2,
        engine="virtual",
        figures=False,
        out=folder,
        name="example",
    )
    assert set(run.experiments["status"]) == {"ok"}
    return folder / "example"
