"""The store gives back what was committed, no more, no fewer, whenever its writer is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import results.store.sealed
from results import ResultsError, Store, load
from results.files import TEMPORARY
from results.store.schema import EXPERIMENTS, RESULTS, TABLES, TRIALS


def batch(*keys: str, **config: Any) -> tuple[list[dict[str, Any]], ...]:
    """Return experiment, trial and result rows: one trial with one result for each key."""
    experiments = [{"key": key, "status": "ok", "repetition": 0} for key in keys]
    columns = {f"config/{name}": value for name, value in config.items()}
    trials = [{"key": key, "trial_id": "a", "number": 0} | columns for key in keys]
    rows = [{"key": key, "trial_id": "a", "seq": 0, "epoch": 1, "val_accuracy": 0.5} for key in keys]
    return experiments, trials, rows


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run.toml").write_text("")
    return tmp_path


def test_an_empty_run_has_empty_frames_with_the_right_columns(run: Path) -> None:
    loaded = load(run)
    for name, table in TABLES.items():
        frame = getattr(loaded, name)
        assert list(frame.columns) == [*table, *["run"] * (name == "experiments")]
        assert len(frame) == 0
    assert loaded.experiments.dtypes["repetition"] == pd.Int64Dtype()


def test_a_batch_comes_back_with_the_types_of_the_schema(run: Path) -> None:
    name = Store(run).write(*batch("k1", "k2", lr=0.1, units=8, nesterov=True, optimizer="sgd"))
    loaded = load(str(run))
    assert [path.stem for path in run.glob("*/*.parquet")] == [name] * 3
    assert list(loaded.experiments["key"]) == ["k1", "k2"]
    assert loaded.experiments["best"].dtype == "float64"
    assert loaded.experiments["best"].isna().all()
    kinds = {column: str(kind) for column, kind in loaded.trials.dtypes.items() if "/" in str(column)}
    assert kinds == {
        "config/lr": "float64",
        "config/nesterov": "boolean",
        "config/optimizer": "str",
        "config/units": "Int64",
    }
    assert loaded.results["val_accuracy"].tolist() == [0.5, 0.5]


def test_pandas_alone_reads_the_files(run: Path) -> None:
    Store(run).write(*batch("k1", lr=0.1))
    assert list(pd.read_parquet(run / "experiments")["key"]) == ["k1"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (1, 2.5, [1.0, 2.5]),
        (1, "relu", ["1", '"relu"']),
        ([1, 2], "relu", ["[1, 2]", '"relu"']),
        (True, 1, ["true", "1"]),
        (None, 3, [None, 3]),
        (2**60 + 1, 0.5, [str(2**60 + 1), "0.5"]),
        (2**70, 1, [str(2**70), "1"]),
        (1, 1.0, ["1", "1.0"]),
        (True, 1.0, ["true", "1.0"]),
        (0.5, float("nan"), ["0.5", "NaN"]),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_config_columns_of_different_types_are_united(
    run: Path, first: Any, second: Any, expected: list[Any], together: bool
) -> None:
    store, one, two = Store(run), batch("k1", x=first), batch("k2", x=second)
    if together:
        store.write(*(a + b for a, b in zip(one, two, strict=True)))
    else:
        store.write(*one)
        store.write(*two)
    assert [None if pd.isna(v) else v for v in load(run).trials["config/x"]] == expected


def test_integers_among_floats_stay_apart_from_equal_floats_of_other_batches(run: Path) -> None:
    store = Store(run)
    mixed = [batch(f"k{number}", x=value) for number, value in enumerate((1, 0.5))]
    store.write(*(a + b for a, b in zip(*mixed, strict=True)))
    assert load(run).trials["config/x"].tolist() == [1.0, 0.5]
    store.write(*batch("k3", x=2))
    assert load(run).trials["config/x"].tolist() == [1.0, 0.5, 2.0]
    store.write(*batch("k4", x=1.0))
    assert load(run).trials["config/x"].tolist() == ["1", "0.5", "2", "1.0"]


def test_equal_rows_make_equal_bytes_in_any_order(tmp_path: Path) -> None:
    rows = batch("k1", "k2", "k3", lr=0.1, layers=2)
    for folder, order in (("a", 1), ("b", -1)):
        Store(tmp_path / folder).write(*(table[::order] for table in rows))
    first, second = (sorted((tmp_path / folder).glob("*/*.parquet")) for folder in "ab")
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_nothing_is_stored_twice(run: Path) -> None:
    Store(run).write(*batch("k1", "k2"))
    store = Store(run)
    assert store.keys() == {"k1", "k2"}
    with pytest.raises(ValueError, match="k2 is stored already"):
        store.write(*batch("k2", "k3"))
    with pytest.raises(ValueError, match="k3 twice"):
        store.write(*batch("k3", "k3"))
    assert len(store.batches()) == 1


def test_what_is_withdrawn_is_gone_and_may_come_back(run: Path) -> None:
    store = Store(run)
    store.write(*batch("k1", "k2"))
    store.write(*batch("k3"))
    store.withdraw(["k2", "k3", "k9"])
    for reader in (store, Store(run)):
        assert reader.keys() == {"k1"}
        assert all(reader.read(name).column("key").to_pylist() == ["k1"] for name in TABLES)
    assert not store.repair()  # nothing of them is left behind
    store.write(*batch("k2"))
    assert Store(run).keys() == {"k1", "k2"}


@pytest.mark.parametrize(
    ("table", "row", "message"),
    [
        (0, {"status": "ok"}, "no 'key'"),
        (0, {"key": "k9", "colour": "red"}, "experiments has no column 'colour'"),
        (0, {"key": "k9", "best": "high"}, "column 'best' of experiments must be double"),
        (1, {"key": "k1", "trial_id": "b", "lr": 0.1}, "trials has no column 'lr'"),
        (1, {"key": "kX", "trial_id": "b"}, "kX, which is not an experiment of this batch"),
        (2, {"key": "k1", "trial_id": "a", "seq": 1, "note": "x"}, "metric 'note' must be a number"),
    ],
)
def test_rows_that_do_not_fit_are_refused_and_leave_no_file(
    run: Path, table: int, row: dict[str, Any], message: str
) -> None:
    rows = batch("k1")
    rows[table].append(row)
    with pytest.raises(ValueError, match=message):
        Store(run).write(*rows)
    with pytest.raises(ValueError, match="at least one experiment"):
        Store(run).write([], [], [])
    assert not list(run.glob("*/*"))


def test_errors_say_what_was_wrong_and_what_to_do(run: Path) -> None:
    with pytest.raises(ResultsError, match="does not exist; expected a run folder"):
        load(run / "nowhere")
    (run / "sub").mkdir()
    with pytest.raises(ResultsError, match=r"no run\.toml"):
        load(run / "sub")
    name = Store(run).write(*batch("k1"))
    damaged = run / "trials" / f"{name}.parquet"
    damaged.write_bytes(damaged.read_bytes()[:-20])
    with pytest.raises(
        ResultsError, match=rf"trials/{name}\.parquet is not a readable Parquet file"
    ) as error:
        list(load(run))
    assert "\n" not in str(error.value)
    damaged.unlink()
    with pytest.raises(ResultsError, match="missing though its batch is committed"):
        list(load(run))


# --- any rows in any batches -----------------------------------------------------------------------------

NAMES = st.text("abxyz", min_size=1, max_size=3)
VALUES = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text()
BATCHES = st.lists(
    st.lists(
        st.tuples(st.dictionaries(NAMES, VALUES, max_size=3), st.integers(0, 3)), min_size=1, max_size=3
    ),
    max_size=4,
)


def rows_of(number: int, shape: list[tuple[dict[str, Any], int]]) -> tuple[list[dict[str, Any]], ...]:
    experiments: list[dict[str, Any]] = []
    trials: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    for index, (config, epochs) in enumerate(shape):
        key = f"{number}-{index}"
        experiments.append({"key": key, "trials": 1, "best": float(epochs), "reason": None})
        columns = {f"config/{name}": value for name, value in config.items()}
        trials.append({"key": key, "trial_id": "t", "number": 0, "config": json.dumps(config)} | columns)
        rows += [{"key": key, "trial_id": "t", "seq": seq, "loss": seq / 2} for seq in range(epochs)]
    return experiments, trials, rows


@settings(max_examples=25, deadline=None)
@given(shapes=BATCHES)
def test_any_rows_in_any_batches_come_back(
    shapes: list[list[tuple[dict[str, Any], int]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("run")
    (folder / "run.toml").write_text("")
    written: list[list[dict[str, Any]]] = [[], [], []]
    for number, shape in enumerate(shapes):
        rows = rows_of(number, shape)
        Store(folder).write(*rows)
        for table, more in zip(written, rows, strict=True):
            table += more
    loaded = load(folder)
    assert list(loaded.experiments["key"]) == [row["key"] for row in written[0]]
    assert list(loaded.experiments["best"]) == [row["best"] for row in written[0]]
    assert list(loaded.trials["config"]) == [row["config"] for row in written[1]]
    assert list(zip(loaded.results["key"], loaded.results["seq"], strict=True)) == [
        (row["key"], row["seq"]) for row in written[2]
    ]
    for column in (name for name in loaded.trials.columns if name.startswith("config/")):
        given_values = [row.get(column) for row in written[1]]
        assert [pd.isna(v) for v in loaded.trials[column]] == [v is None for v in given_values]
        assert all(_same(a, b) for a, b in zip(loaded.trials[column], given_values, strict=True))


def _same(loaded: Any, written: Any) -> bool:
    """A value is itself, the double of an exact integer, or JSON of itself."""
    return written is None or loaded == written or (isinstance(loaded, str) and json.loads(loaded) == written)


# --- a killed writer -------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the writer runs after it."""


def test_a_writer_killed_between_any_two_file_operations_commits_all_or_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store(run).write(*batch("old", lr=0.5))
    committed, step = False, 0
    while not committed:
        step += 1
        with monkeypatch.context() as patch:
            _kill_at(step, patch)
            try:
                Store(run).write(*batch("new", lr=1))
                finished = True
            except Killed:
                finished = False
        loaded = load(run)
        keys = set(loaded.experiments["key"])
        assert set(loaded.trials["key"]) == set(loaded.results["key"]) == keys == Store(run).keys()
        committed = "new" in keys
        assert keys == ({"old", "new"} if committed else {"old"})
        assert committed or not finished
        Store(run).repair()
        assert len(list(run.glob("*/*"))) == 3 * len(keys)
    assert step > 9


def _kill_at(step: int, patch: pytest.MonkeyPatch) -> None:
    """Let file operation number ``step`` (1, 2, ...) be the writer's end."""
    count = 0

    def counted(operation: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == step:
                raise Killed
            return operation(*args, **kwargs)

        return call

    patch.setattr(os, "fsync", counted(os.fsync))
    patch.setattr(Path, "replace", counted(Path.replace))
    patch.setattr(results.store.sealed.pq, "write_table", counted(results.store.sealed.pq.write_table))


WRITER = """
import sys
from pathlib import Path
from results import Store
store = Store(Path(sys.argv[1]))
store.repair()
print("ready", flush=True)
start = len(store.keys())
for n in range(start, start + 10_000):
    key = f"k{n:05d}"
    trials = [{"key": key, "trial_id": str(t), "number": t, "config/x": t} for t in range(3)]
    rows = [{"key": key, "trial_id": str(t), "seq": t, "loss": 0.5} for t in range(3)]
    store.write([{"key": key}], trials, rows)
"""


def test_a_writer_killed_by_sigkill_leaves_whole_batches(run: Path) -> None:
    before = 0
    for delay in (0.013, 0.031, 0.057):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(run)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        with writer.stdout:
            writer.stdout.readline()
            time.sleep(delay)
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        loaded = load(run)
        keys = list(loaded.experiments["key"])
        assert keys == [f"k{n:05d}" for n in range(len(keys))]
        assert len(keys) >= before
        for frame in (loaded.trials, loaded.results):
            assert sorted(frame["key"]) == sorted(keys * 3)
        before = len(keys)


def test_importing_results_imports_neither_ray_nor_torch_nor_a_tuner() -> None:
    heavy = ("ray", "torch", "optuna", "hyperopt", "nevergrad", "bayes_opt", "benchmarks")
    code = (
        "import sys, results, results.statistics.steps, results.figures\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_schema_describes_every_column() -> None:
    for table in (EXPERIMENTS, TRIALS, RESULTS):
        assert all(meaning for _, meaning in table.values())


def test_what_was_being_written_into_the_run_folder_is_repaired_too(tmp_path: Path) -> None:
    unfinished = tmp_path / f"{TEMPORARY}123-run.toml"
    unfinished.write_text("trials = ")
    (tmp_path / "run.toml").write_text("trials = 3")
    assert Store(tmp_path).repair() == [unfinished]
    assert [path.name for path in tmp_path.iterdir()] == ["run.toml"]
