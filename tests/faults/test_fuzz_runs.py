"""Bytes of a run folder that change: the run is read as it was, or one line says which file is damaged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fuzzing import ASKED, MUTATIONS, Mutation, inputs, mutated
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import provenance
from benchmarks.grid import Grid, Misuse, check_unchanged, read
from results import ResultsError, Store, load
from results.report.record import environments

FILES = ("experiments", "trials", "results")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run folder."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "run.toml").write_text(Grid(trials=3, searchers=("random",)).to_toml())
    provenance.write(folder, {"packages": {"ray": "2.60"}, "cpu": "a processor", "data": {"t": "0f"}})
    names: dict[str, Any] = {
        "trainable": "t",
        "searcher": "s",
        "scheduler": "f",
        "device": "cpu",
        "engine": "virtual",
    }
    names |= {"trials": 1, "epochs": 4, "workers": 1, "repetition": 0}
    names |= {"data": "subset", "train_size": 0, "gpus_per_trial": 0.0}
    experiments: list[dict[str, Any]] = [
        {"key": key, **names, "status": "ok", "mode": "max", "metric": "m", "best": 0.5, "best_trial": "a"}
        for key in ("k1", "k2")
    ]
    trials = [
        {"key": key, "trial_id": "a", "number": 0, "epochs": 4, "config/lr": 0.25} for key in ("k1", "k2")
    ]
    rows = [{"key": "k1", "trial_id": "a", "seq": seq, "epoch": seq, "m": seq / 8} for seq in range(4)]
    Store(folder).write(experiments, trials, rows)
    return folder


def everything(folder: Path) -> tuple[Any, ...]:
    """Return all that a run folder says."""
    run, store = folder / "run.toml", Store(folder)
    grid = Grid().changed(read(run), str(run))
    check_unchanged(run, grid)
    list(load(folder))
    tables = [store.read(name).to_pylist() for name in FILES]
    return grid, tables, [one["records"] for one in environments([folder])]


@inputs(60)
@given(
    file=st.sampled_from(["run.toml", "provenance.json", *FILES]),
    mutations=st.lists(MUTATIONS, min_size=1, max_size=3),
)
def test_a_changed_run_folder_is_as_it_was_or_an_error(
    whole: Path, tmp_path: Path, file: str, mutations: list[Mutation]
) -> None:
    folder = tmp_path / "run"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    [path] = (folder / file).glob("*.parquet") if file in FILES else [folder / file]
    content = path.read_bytes()
    for mutation in mutations:
        content = mutated(content, mutation)
    path.write_bytes(content)
    try:
        found = everything(folder)
    except (ResultsError, Misuse) as error:
        assert len(error.args) == 1 and path.name in str(error)
    else:
        if file == "run.toml" and b"# sha256 of " not in content:
            return  # who takes the checksum away may write what he likes
        if file == "provenance.json" and set(found[2][0]) != set(everything(whole)[2][0]):
            return  # a record of another name, which no experiment names, or none
        assert found == everything(whole)


@inputs(30)
@given(file=st.sampled_from(FILES), mutations=st.lists(MUTATIONS, min_size=1, max_size=3))
def test_changed_files_without_a_seal_are_read_or_refused(
    whole: Path, tmp_path: Path, file: str, mutations: list[Mutation]
) -> None:
    folder = tmp_path / "old"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole, folder)
    for path in folder.glob("*/*.parquet"):
        pq.write_table(pq.ParquetFile(path).read().replace_schema_metadata(None), path)
    [path] = (folder / file).glob("*.parquet")
    content = path.read_bytes()
    for mutation in mutations:
        content = mutated(content, mutation)
    path.write_bytes(content)
    try:
        everything(folder)
    except ResultsError as error:
        assert "\n" not in str(error)


SPEC = st.dictionaries(
    st.sampled_from([*Grid.__dataclass_fields__, "odd"]),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text(), max_size=2),
    max_size=3,
)


@inputs(100)
@given(values=SPEC)
def test_a_spec_of_any_values_is_a_grid_or_one_line(values: dict[str, Any]) -> None:
    try:
        grid = Grid().changed(values, "spec")
    except Misuse as error:
        assert "\n" not in str(error)
    else:
        assert json.loads(json.dumps(grid.to_toml()))


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"trials = " + b"9" * 5_000,
        b"trials = " + b"[" * (3_000 if not ASKED else 100_000),
        b"trials = 1e999",
        b"time_budget = nan",
        b"trials = true",
        b"[trials]\na = 1",
        b"trials = 2026-01-01",
    ],
)
def test_an_odd_spec_file_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(content)
    with pytest.raises(Misuse) as error:
        Grid().changed(read(path), str(path))
    assert "\n" not in str(error.value)
