"""Files that earlier versions wrote: a store, its run.toml, a baseline, a recorded table, experiments' keys.

``older/`` holds them as they were written before the fields of an experiment were declared in one table.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.made_up import space

import results
from benchmarks.curves.model import Place
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from benchmarks.suite.spec_file import check_unchanged, read
from results.gate import baselines
from results.gate.sides import stored_run
from results.store.fields import ADDED, FIELDS
from results.store.store import Store

OLDER = Path(__file__).parent / "older"
RUN_FILE = OLDER / "run" / "run.toml"
#: Each experiment's incumbent: searcher, scheduler, repetition -> value.
BEST = {
    ("optuna-tpe", "asha", 0): 123.663097,
    ("optuna-tpe", "asha", 1): 125.512487,
    ("optuna-tpe", "fifo", 0): 123.663097,
    ("optuna-tpe", "fifo", 1): 123.354101,
    ("random", "asha", 0): 124.513523,
    ("random", "asha", 1): 124.136165,
    ("random", "fifo", 0): 124.513523,
    ("random", "fifo", 1): 124.136165,
}


def recorded_keys() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((OLDER / "keys.json").read_text())
    return rows


@pytest.mark.parametrize("row", recorded_keys(), ids=lambda row: row["key"])
def test_experiments_have_the_keys_that_they_always_had(row: dict[str, Any]) -> None:
    experiment = Experiment.from_row(row)
    assert experiment.key == row["key"]
    later = {column: default for column, default in ADDED.items() if column not in row}
    assert experiment.row | {"key": experiment.key} == row | later


def test_run_file_reads_as_the_grid_of_its_store() -> None:
    grid = Grid().changed(read(RUN_FILE), str(RUN_FILE))
    check_unchanged(RUN_FILE, grid)
    assert {experiment.key for experiment in grid.experiments()} == Store(OLDER / "run").keys()


def test_run_file_of_the_same_grid_is_still_the_same_text() -> None:
    *lines, _ = RUN_FILE.read_text().splitlines()  # the last is a checksum of all values
    *again, _ = Grid().changed(read(RUN_FILE), "run.toml").to_toml().splitlines()
    known = {line.split(" = ")[0] for line in lines}
    assert [line for line in again if line.split(" = ")[0] in known] == lines
    later = [line for line in again if line not in lines]
    assert later == [
        f"{field.key} = {json.dumps(field.grid_default)}" for field in FIELDS if field.key not in known
    ]


def test_store_reads_as_it_was_written() -> None:
    run = results.load(OLDER / "run")
    experiments = run.experiments
    cells = experiments[["searcher", "scheduler", "repetition"]].itertuples(index=False, name=None)
    assert dict(zip(cells, experiments["best"], strict=True)) == pytest.approx(BEST)
    assert set(experiments["status"]) == {"ok"}
    assert set(experiments["same_start"]) == {1}
    assert set(experiments["stragglers"]) == {0.5}
    assert len(run.trials) == experiments["trials_run"].sum() == 32
    assert len(run.results) == experiments["epochs_spent"].sum()
    rebuilt = [Experiment.from_row(row).key for row in experiments.to_dict("records")]
    assert rebuilt == list(experiments["key"])


def test_baseline_reads_as_the_run_that_it_was_made_of() -> None:
    baseline = baselines.read(OLDER / "baseline.parquet")
    assert baseline.name == "older"
    rows = baseline.template.set_index(["searcher", "scheduler", "repetition"])
    assert rows["best"].to_dict() == pytest.approx(BEST)
    assert all(len(steps) for steps in rows["steps_metric"])
    current = stored_run(OLDER / "run").template.set_index(["searcher", "scheduler", "repetition"])
    assert list(current.columns) == list(rows.columns)
    assert current.loc[rows.index, "test"].equals(rows["test"])


@pytest.mark.parametrize("case", json.loads((OLDER / "curves.json").read_text()), ids=str)
def test_recorded_table_replays_the_same_curves(case: dict[str, Any]) -> None:
    curves = Recorded(OLDER / "table", space)(Place("made-up", 1, {}))
    state = curves.start(case["config"])
    replayed = []
    for _ in case["epochs"]:
        state, metrics, seconds = curves.step(state, case["config"], 1.0)
        replayed.append([metrics["val_accuracy"], metrics["val_loss"], seconds])
    np.testing.assert_allclose(replayed, case["epochs"], rtol=1e-6)
