"""Tabular data that ship: what the data card says of them, their split, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.core.errors import DataError
from benchmarks.trainables._tabular_data import FOLDER, TABLES, load, read_table

SPLITS = ("train", "val", "test")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_what_the_data_card_says(name: str) -> None:
    table = read_table(FOLDER / f"{name}.npz", TABLES[name].sha256)
    assert table["x"].shape == (TABLES[name].rows, len(table["columns"]))
    assert table["x"].dtype == np.float32 and table["y"].dtype == np.uint8
    assert set(table["y"].tolist()) == set(range(len(table["classes"])))
    assert table["categorical"].shape == table["columns"].shape
    numbers = table["x"][:, table["categorical"]]
    assert np.array_equal(numbers, np.round(numbers)) and numbers.min(initial=0) >= 0
    card = (FOLDER / "README.md").read_text()
    assert TABLES[name].sha256 in card
    assert f"{(FOLDER / f'{name}.npz').stat().st_size:,}" in card
    assert f"{TABLES[name].rows:,}, {len(table['columns'])}, {len(table['classes'])}" in card


@pytest.mark.parametrize("name", TABLES)
def test_a_split_is_stratified_and_uses_every_row_once(name: str) -> None:
    table = read_table(FOLDER / f"{name}.npz", TABLES[name].sha256)
    arrays = load(name, "subset", 0, None)
    rows = [row.tobytes() for split in SPLITS for row in arrays[f"x_{split}"]]
    assert sorted(rows) == sorted(row.tobytes() for row in table["x"])
    share = np.bincount(table["y"]) / len(table["y"])
    for split in SPLITS:
        labels = arrays[f"y_{split}"]
        assert len(labels) == len(arrays[f"x_{split}"])
        assert np.abs(np.bincount(labels) / len(labels) - share).max() < 0.005
    assert len(arrays["y_val"]) == len(arrays["y_test"]) == TABLES[name].examples_val


def test_train_size_keeps_the_first() -> None:
    whole, few = (load("cells", "subset", size, None) for size in (0, 100))
    assert np.array_equal(few["x_train"], whole["x_train"][:100]) and len(few["y_train"]) == 100
    assert np.array_equal(few["x_val"], whole["x_val"])


def test_other_data_are_refused() -> None:
    with pytest.raises(DataError, match="unknown data 'full' for cells; they ship whole, as 'subset'"):
        load("cells", "full", 0, None)


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path) -> None:
    copy = tmp_path / "cells.npz"
    with pytest.raises(DataError, match=r"cannot read .*cells\.npz: No such file.*; install the pack"):
        read_table(copy, TABLES["cells"].sha256)
    copy.write_bytes((FOLDER / "cells.npz").read_bytes()[:-1])
    with pytest.raises(DataError, match=f"is damaged: SHA-256 .*, expected {TABLES['cells'].sha256}"):
        read_table(copy, TABLES["cells"].sha256)
