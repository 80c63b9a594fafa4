"""The Parquet files of curves: read by anyone, whole or an error, few."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from helpers.trained_curves import content, failed, files, fill, head, trained
from pytest import MonkeyPatch

from benchmarks.curves.live import compaction, segments, writer
from benchmarks.curves.live.columns import CURVE_COLUMNS, EPOCH_COLUMNS
from benchmarks.curves.live.store import CurveStore
from results.errors import ResultsError

DOCUMENTED = Path(__file__).parents[3] / "docs" / "curves.md"


def test_pandas_reads_them(tmp_path: Path) -> None:
    with CurveStore(tmp_path) as written:
        fill(written, 2, 3)
        written.add(head(1), failed(4))
        written.add_test(head(0).key, 2, {"test_accuracy": 0.5})
    curves, epochs = (pd.read_parquet(tmp_path / name) for name in ("curves", "epochs"))
    assert list(curves.columns) == list(CURVE_COLUMNS) and list(epochs.columns) == list(EPOCH_COLUMNS)
    assert list(curves["epochs"]) == [3, 4] and json.loads(curves["config"][1])["lr"] == 0.1
    joined = epochs.merge(curves, on="key")
    assert len(joined) == 7 and joined["seconds"].dtype == "float64"
    assert json.loads(epochs["report"][0])["accuracy"] == 1 / 7
    assert epochs["test"][1] == '{"test_accuracy":0.5}' and epochs["test"].isna().sum() == 6
    assert epochs["failure"][6] == "ValueError: ü is no number"


def test_every_column_is_documented() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", DOCUMENTED.read_text(encoding="utf-8"), re.M))
    for columns in (CURVE_COLUMNS, EPOCH_COLUMNS):
        assert columns.keys() <= rows.keys()


@pytest.mark.parametrize("table", ["curves", "epochs"])
@pytest.mark.parametrize("damage", ["a bit", "its end", "all of it"])
def test_a_damaged_file_is_one_line_that_says_what_to_do(tmp_path: Path, table: str, damage: str) -> None:
    with CurveStore(tmp_path) as written:
        fill(written, 2, 3)
    [file] = (tmp_path / table).iterdir()
    whole = file.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        flipped = whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :]
        file.write_bytes({"a bit": flipped, "its end": whole[:place], "all of it": b"x" * place}[damage])
        with pytest.raises(ResultsError) as said:
            CurveStore(tmp_path)
        assert str(file) in str(said.value) and "\n" not in str(said.value)
        assert "move it away, and its curves are trained again" in str(said.value)
    file.rename(tmp_path / "damaged")
    again = CurveStore(tmp_path)
    assert again.epochs_read == 0
    fill(again, 2, 3)
    again.close()
    assert content(CurveStore(tmp_path)) == content(again)


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(segments, "VERSION", segments.VERSION + 1)
        with CurveStore(tmp_path) as written:
            fill(written, 1, 1)
    with pytest.raises(ResultsError, match=r"curves/000001.parquet was written by a newer version.*; update"):
        CurveStore(tmp_path)


def test_small_segments_become_one_and_large_ones_stay(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    monkeypatch.setattr(compaction, "SMALL_SEGMENT", 10)
    for number in range(0, 12, 4):
        with CurveStore(tmp_path) as written:
            fill(written, 4, 2, first=number)
    names = files(tmp_path, "*/*.parquet")
    assert names == [
        f"{table}/{number}.parquet" for table in ("curves", "epochs") for number in ("000002", "000003")
    ]
    large = (tmp_path / "epochs" / "000002.parquet").read_bytes()
    with CurveStore(tmp_path) as written:
        fill(written, 1, 1, first=20)
        assert written.epochs_read == 24
    assert (tmp_path / "epochs" / "000002.parquet").read_bytes() == large
    with CurveStore(tmp_path) as written:  # goes on with a curve of the large one
        written.add(head(0), trained(3))
    assert files(tmp_path, "epochs/*.parquet") == ["epochs/000005.parquet"]
    assert CurveStore(tmp_path).epochs_read == 26
    assert len(pd.read_parquet(tmp_path / "epochs")) == 26
    assert pd.read_parquet(tmp_path / "curves")["key"].is_unique


def test_what_a_killed_writer_of_segments_leaves_does_not_count(tmp_path: Path) -> None:
    with CurveStore(tmp_path) as written:
        fill(written, 2, 2)
    old = {path: path.read_bytes() for path in tmp_path.glob("*/*.parquet")}
    with CurveStore(tmp_path) as written:
        written.add(head(0), trained(3))
        written.add_test(head(1).key, 1, {"test": 1.0})
    after = content(CurveStore(tmp_path))
    for path, whole in old.items():  # killed before it had deleted these
        path.write_bytes(whole)
    (tmp_path / "epochs" / ".tmp-1-000003.parquet").write_bytes(b"half")
    (tmp_path / "epochs" / "000003.parquet").write_bytes(b"not committed")
    with CurveStore(tmp_path) as again:
        assert content(again) == after
        again.add(head(5), trained(1))
    assert files(tmp_path, "epochs/*") == ["epochs/000004.parquet"]
    assert CurveStore(tmp_path).epochs_read == 6


def test_a_locked_folder_can_be_read_and_its_journal_is_kept(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "PATIENCE_S", 0.1)
    written = CurveStore(tmp_path)
    fill(written, 2, 2)
    with compaction.locked(tmp_path, 0):
        written.close()
        assert "stays a journal" in written.notes[0]
        assert content(CurveStore(tmp_path)) == content(written)
    assert content(CurveStore(tmp_path)) == content(written)
    assert files(tmp_path, "journal-*") == []
