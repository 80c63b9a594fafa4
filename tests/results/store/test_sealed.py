"""A bit that rots is an error that names the file: what is read is what was written, or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from results import ResultsError, Store, load
from results.files import replace_bytes
from results.store.documents import put_object, read_object
from results.store.provenance import records
from results.store.sealed import read_sealed, sealed

Rows = list[dict[str, Any]]


def batch(*keys: str) -> tuple[Rows, Rows, Rows]:
    names = {"trainable": "t", "searcher": "s", "scheduler": "f", "device": "cpu", "engine": "virtual"}
    budget: dict[str, Any] = {"trials": 1, "epochs": 4, "workers": 1, "repetition": 0}
    budget |= {"data": "subset", "train_size": 0, "gpus_per_trial": 0.0}
    ok = {"status": "ok", "metric": "accuracy", "mode": "max", "best": 0.5}
    experiments: Rows = [{"key": key, **names, **budget, **ok} for key in keys]
    trials: Rows = [
        {"key": key, "trial_id": "a", "number": 0, "epochs": 4, "config/lr": 0.25} for key in keys
    ]
    rows: Rows = [
        {"key": key, "trial_id": "a", "seq": seq, "epoch": seq + 1, "accuracy": seq / 8}
        for key in keys
        for seq in range(4)
    ]
    return experiments, trials, rows


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "run.toml").write_text("")
    Store(tmp_path).write(*batch("k1", "k2"))
    return tmp_path


def flip_all(path: Path, step: int, read: Callable[[], Any], known: Any) -> tuple[int, int]:
    """Flip a bit in every ``step``-th byte; return how often that was an error, and how often it was not.

    Whatever is no error must be ``known``.
    """
    whole = path.read_bytes()
    refused = accepted = 0
    for place in range(0, len(whole), step):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        try:
            found = read()
        except ResultsError as error:
            assert path.name in str(error) and "\n" not in str(error)
            refused += 1
        else:
            assert found == known
            accepted += 1
    path.write_bytes(whole)
    assert read() == known
    return refused, accepted


@pytest.mark.parametrize("name", ["experiments", "trials", "results"])
def test_no_flipped_bit_of_a_table_is_read_as_another_value(run: Path, name: str) -> None:
    def read() -> list[list[dict[str, Any]]]:
        store = Store(run)
        return [store.read(table).to_pylist() for table in ("experiments", "trials", "results")]

    [path] = (run / name).glob("*.parquet")
    refused, accepted = flip_all(path, 23, read, read())
    assert refused > 100 and accepted == 0


def test_no_flipped_bit_of_any_sealed_file_is_another_value(tmp_path: Path) -> None:
    path = tmp_path / "one.parquet"
    replace_bytes(path, sealed(pa.table({"a": [1, 2, 3], "b": ["x", "y", None]})))

    def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = read_sealed(path, "make it again").to_pylist()
        return found

    refused, accepted = flip_all(path, 1, read, read())
    assert refused > 500 and accepted <= 16  # the mark that says that there is a seal


def test_no_flipped_bit_of_a_record_is_another_value(tmp_path: Path) -> None:
    path = tmp_path / "said.json"
    put_object(path, {"a": [1, 2.5, "x"], "b": {"c": None}})
    known = read_object(path, "make it again")

    def read() -> dict[str, Any]:
        found = read_object(path, "make it again")
        return {name: found[name] for name in known if name in found} if {*known} <= {*found} else found

    flip_all(path, 1, read, known)


def test_a_file_of_another_batch_is_no_part_of_this_one(run: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    rows = batch("k1", "k2")
    rows[2][0]["accuracy"] = 0.75
    name = Store(other).write(*rows)
    file = f"results/{name}.parquet"
    (run / file).write_bytes((other / file).read_bytes())
    with pytest.raises(ResultsError, match=rf"{file} is not .*not the file that this batch was"):
        list(load(run))


def test_a_store_of_an_older_version_has_no_seals_and_is_read(run: Path) -> None:
    known = [frame.copy() for frame in load(run)]
    for path in run.glob("*/*.parquet"):
        pq.write_table(pq.ParquetFile(path).read().replace_schema_metadata(None), path)
    for now, before in zip(load(run), known, strict=True):
        pd.testing.assert_frame_equal(now, before)
    Store(run).write(*batch("k3"))
    assert list(load(run).experiments["key"]) == ["k1", "k2", "k3"]


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        ("experiments", lambda t: t.drop_columns(["searcher"]), "no column 'searcher'"),
        ("experiments", lambda t: pa.concat_tables([t, t]), "has k1 twice"),
        (
            "experiments",
            lambda t: put_column(t, "status", ["odd", "ok"]),
            "has status 'odd'; expected one of",
        ),
        ("experiments", lambda t: put_column(t, "mode", ["maximize", "max"]), "has mode 'maximize'"),
        ("experiments", lambda t: put_column(t, "reason", [float("nan")] * 2), "type double"),
        ("experiments", lambda t: put_column(t, "best_trial", ["t9", "a"]), "no such trial"),
        ("experiments", lambda t: put_column(t, "searcher", [None, "s"]), "without 'searcher'"),
        ("experiments", lambda t: put_column(t, "trials", [0, 1]), "has trials 0; expected at least 1"),
        ("trials", lambda t: put_column(t, "key", ["k1", None]), "without 'key'"),
        ("trials", lambda t: put_column(t, "key", ["k1", "k9"]), "has trials of k9"),
        ("results", lambda t: put_column(t, "accuracy", ["x"] * 8), "'accuracy' of type string"),
        ("results", lambda t: t.drop_columns(["clock"]), "no column 'clock'"),
    ],
)
def test_foreign_tables_are_refused_in_one_line(
    run: Path, name: str, make: Callable[[pa.Table], pa.Table], said: str
) -> None:
    for path in run.glob("*/*.parquet"):
        table = pq.ParquetFile(path).read().replace_schema_metadata(None)
        pq.write_table(make(table) if path.parent.name == name else table, path)
    with pytest.raises(ResultsError, match=said) as error:
        list(load(run))
    assert "\n" not in str(error.value)


def put_column(table: pa.Table, name: str, values: list[Any]) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values))


def test_an_experiment_that_two_batches_have_is_an_error(run: Path) -> None:
    for path in list(run.glob("*/*.parquet")):
        path.with_name(f"000007-{path.name.partition('-')[2]}").write_bytes(path.read_bytes())
    with pytest.raises(ResultsError, match=r"experiments/000007\S+ has k1, which 000000-\S+ has too"):
        load(run)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff" * 999, None])
@pytest.mark.parametrize("name", ["experiments", "trials", "results"])
def test_what_is_no_parquet_file_is_refused(run: Path, name: str, content: bytes | None) -> None:
    [path] = (run / name).glob("*.parquet")
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(ResultsError, match=path.name) as error:
        list(load(run))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[]",
        b"{",
        b'{"e0": 1}',
        b'{"e0": {"packages": []}}',
        b'{"e0": {"packages": {"a": NaN}}}',
        b'{"e0": {"cpu": "\\ud800"}}',
        b'{"0123456789ab": {}}',
        b'{"a":' * 99_999,
        b'{"e0": {"cpus": ' + b"9" * 9_999 + b"}}",
    ],
)
def test_a_provenance_that_is_none_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "provenance.json").write_bytes(content)
    with pytest.raises(ResultsError, match=r"provenance\.json") as error:
        records(tmp_path)
    assert "\n" not in str(error.value)


def test_a_changed_record_of_an_environment_is_seen(tmp_path: Path) -> None:
    from benchmarks.execution import provenance

    key = provenance.write(tmp_path, {"packages": {"ray": "2.60"}, "data": {}})
    path = tmp_path / "provenance.json"
    assert records(tmp_path) == {key: {"packages": {"ray": "2.60"}, "data": {}}}
    path.write_text(path.read_text().replace("2.60", "2.61"))
    with pytest.raises(ResultsError, match=f"the record {key} was changed or damaged"):
        records(tmp_path)
    assert json.loads(path.read_text())
