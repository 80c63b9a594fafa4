"""Bytes of a run folder that change: the run is read as it was, or one line says which file is damaged."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fuzzing import AS_IT_WAS, CHANGES, REFUSED, TAKEN, Mutation, changed, inputs
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.execution import provenance
from benchmarks.suite.grid import Grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import UnknownName
from benchmarks.suite.spec_file import check_unchanged, read
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


@pytest.fixture(scope="module")
def copy(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run folder again, of which each test changes one file and puts it right again."""
    return shutil.copytree(whole, tmp_path_factory.mktemp("copy") / "run")


@pytest.fixture(scope="module")
def unsealed(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run folder without checksums, as older versions wrote it."""
    folder = shutil.copytree(copy, tmp_path_factory.mktemp("unsealed") / "run")
    for path in folder.glob("*/*.parquet"):
        pq.write_table(pq.ParquetFile(path).read().replace_schema_metadata(None), path)
    return folder


@contextmanager
def damaged(path: Path, mutations: list[Mutation]) -> Iterator[None]:
    """Change a file's bytes for a while."""
    content = path.read_bytes()
    path.write_bytes(changed(content, mutations))
    try:
        yield
    finally:
        path.write_bytes(content)


def spec_of(folder: Path) -> Grid:
    """Return the grid that a run folder says it is of."""
    run = folder / "run.toml"
    grid = Grid().changed(read(run), str(run))
    check_unchanged(run, grid)
    return grid


def tables_of(folder: Path, first: str = FILES[0]) -> dict[str, Any]:
    """Return all rows of a run folder, read in both ways; those of one table first, which may be damaged."""
    store = Store(folder)
    rows = {name: store.read(name).to_pylist() for name in (first, *FILES)}
    list(load(folder))
    return rows


@inputs("a run's run.toml of changed bytes", 60)
@given(mutations=CHANGES)
def test_a_changed_run_file_is_as_it_was_or_an_error(
    whole: Path, copy: Path, mutations: list[Mutation]
) -> str:
    with damaged(copy / "run.toml", mutations):
        try:
            found = spec_of(copy)
        except Misuse as error:
            assert len(error.args) == 1 and "run.toml" in str(error) and "\n" not in str(error)
            return REFUSED
        if b"# sha256 of " not in (copy / "run.toml").read_bytes():
            return TAKEN  # who takes the checksum away may write what he likes
    assert found == spec_of(whole)
    return AS_IT_WAS


@inputs("a run's provenance.json of changed bytes", 60)
@given(mutations=CHANGES)
def test_a_changed_record_of_environments_is_as_it_was_or_an_error(
    whole: Path, copy: Path, mutations: list[Mutation]
) -> str:
    with damaged(copy / "provenance.json", mutations):
        try:
            [found] = environments([copy])
        except ResultsError as error:
            assert "provenance.json" in str(error) and "\n" not in str(error)
            return REFUSED
    [right] = environments([whole])
    if found["records"].keys() != right["records"].keys():
        return TAKEN  # a record of another name, which no experiment names, or none
    assert found["records"] == right["records"]
    return AS_IT_WAS


@inputs("a run's table of changed bytes", 60)
@given(file=st.sampled_from(FILES), mutations=CHANGES)
def test_a_changed_table_is_as_it_was_or_an_error(
    whole: Path, copy: Path, file: str, mutations: list[Mutation]
) -> str:
    [path] = (copy / file).glob("*.parquet")
    with damaged(path, mutations):
        try:
            found = tables_of(copy, file)
        except ResultsError as error:
            assert path.name in str(error) and "\n" not in str(error)
            return REFUSED
    assert found == tables_of(whole)
    return AS_IT_WAS


@inputs("a run's table of changed bytes, without a seal", 30)
@given(file=st.sampled_from(FILES), mutations=CHANGES)
def test_changed_files_without_a_seal_are_read_or_refused(
    unsealed: Path, file: str, mutations: list[Mutation]
) -> str:
    [path] = (unsealed / file).glob("*.parquet")
    with damaged(path, mutations):
        try:
            tables_of(unsealed, file)
        except ResultsError as error:
            assert "\n" not in str(error)
            return REFUSED
    return TAKEN


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.lists(st.text(max_size=9), max_size=2)
)
SPEC = st.dictionaries(st.sampled_from([*Grid.__dataclass_fields__, "odd"]), VALUES, max_size=4)


@inputs("the values of a spec", 60)
@given(values=SPEC)
def test_a_spec_of_any_values_is_a_grid_or_one_line(values: dict[str, Any]) -> str:
    try:
        grid = Grid().changed(values, "spec")
        next(grid.experiments())
    except (Misuse, UnknownName) as error:
        assert len(error.args[0].splitlines()) == 1
        return REFUSED
    assert Grid().changed(tomllib.loads(grid.to_toml()), "run.toml") == grid
    return TAKEN


WRITTEN = Grid(trials=3, searchers=("random",), engine="virtual", speeds="1,2").to_toml().encode()


@inputs("a spec file of changed bytes", 60)
@given(mutations=CHANGES)
def test_a_changed_spec_file_is_a_grid_or_one_line(
    tmp_path_factory: pytest.TempPathFactory, mutations: list[Mutation]
) -> str:
    path = tmp_path_factory.getbasetemp() / "changed.toml"
    path.write_bytes(changed(WRITTEN, mutations))
    try:
        grid = Grid().changed(read(path), str(path))
        next(grid.experiments())
    except (Misuse, UnknownName) as error:
        assert len(error.args[0].splitlines()) == 1
        return REFUSED
    assert Grid().changed(tomllib.loads(grid.to_toml()), "run.toml") == grid
    return TAKEN


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"trials = " + b"9" * 5_000,
        b"trials = " + b"[" * 100_000,
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
