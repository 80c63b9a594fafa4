"""Bytes of baselines and of recorded tables that change: what was recorded, or an error in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fuzzing import AS_IT_WAS, CHANGES, REFUSED, TAKEN, Mutation, changed, inputs
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.core.errors import DataError
from benchmarks.curves.recorded.table import CARD, FILES, SHIPPED, RecordedTable, card_of, read, write
from results import ResultsError
from results.gate import baselines
from results.gate.sides import StoredSide

CARDS = sorted(path.parent for path in SHIPPED.glob(f"*/{CARD}"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, StoredSide]:
    """A few experiments of the baseline that ships, as a baseline of their own."""
    core = baselines.read(baselines.FOLDER / "core.parquet")
    path = tmp_path_factory.mktemp("recorded") / "few.parquet"
    baselines.write(StoredSide("few", core.template.head(5), core.environments), path)
    return path, baselines.read(path)


@inputs("a baseline of changed bytes", 60)
@given(mutations=CHANGES)
def test_a_changed_baseline_is_as_it_was_or_an_error(
    recorded: tuple[Path, StoredSide], tmp_path: Path, mutations: list[Mutation]
) -> str:
    path = tmp_path / "changed.parquet"
    path.write_bytes(changed(recorded[0].read_bytes(), mutations))
    try:
        found = baselines.read(path)
    except ResultsError as error:
        assert str(path) in str(error) and "\n" not in str(error)
        return REFUSED
    assert (found.name, found.environments) == (recorded[1].name, recorded[1].environments)
    pd.testing.assert_frame_equal(found.template, recorded[1].template)
    return AS_IT_WAS


@inputs("a recorded table's card of changed bytes", 60)
@given(folder=st.sampled_from(CARDS), mutations=CHANGES)
def test_a_changed_card_is_as_it_was_or_an_error(
    tmp_path: Path, folder: Path, mutations: list[Mutation]
) -> str:
    (tmp_path / CARD).write_bytes(changed((folder / CARD).read_bytes(), mutations))
    try:
        found = card_of.__wrapped__(tmp_path)
    except DataError as error:
        assert CARD in str(error) and "\n" not in str(error)
        return REFUSED
    if CARD not in found["sha256"]:
        return TAKEN  # who takes the checksum away has a card of an older version
    assert found == json.loads((folder / CARD).read_bytes())
    return AS_IT_WAS


@inputs("a recorded table's card of other values", 60)
@given(folder=st.sampled_from(CARDS), data=st.data())
def test_a_foreign_card_is_refused_or_has_what_a_card_has(
    tmp_path: Path, folder: Path, data: st.DataObject
) -> str:
    card = json.loads((folder / CARD).read_bytes())
    del card["sha256"][CARD]  # as older versions wrote it
    name = data.draw(st.sampled_from(sorted(card)))
    odd: list[Any] = [None, 7, -1, "odd", [], {}, {"a": []}, True, [None]]
    card[name] = data.draw(st.sampled_from(odd))
    (tmp_path / CARD).write_text(json.dumps(card))
    try:
        found = card_of.__wrapped__(tmp_path)
    except DataError as error:
        assert CARD in str(error) and "\n" not in str(error)
        return REFUSED
    assert found["metric"] in found["metrics"] and found["mode"] in ("min", "max")
    assert min(found["configs"], found["seeds"], found["epochs"]) >= 1
    return TAKEN


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, RecordedTable]:
    """A recorded table of a few rows."""
    keys = {"config": [0, 0, 1, 1], "seed": 0, "epoch": [1, 2, 1, 2]}
    curves = pd.DataFrame({**keys, "val_accuracy": np.float32([0.1, 0.2, 0.3, 0.4]), "diverged": False})
    configs = pd.DataFrame({"config": [0, 1], "json": ['{"x": 0}', '{"x": 1}'], "seconds": 0.5})
    card = json.loads((CARDS[0] / CARD).read_bytes())
    card |= {"configs": 2, "seeds": 1, "epochs": 2, "metrics": ["val_accuracy"], "metric": "val_accuracy"}
    folder = tmp_path_factory.mktemp("small")
    write(folder, RecordedTable(card, configs, curves, read(CARDS[0]).model))
    return folder, read.__wrapped__(folder)


@inputs("a recorded table of changed bytes", 60)
@given(file=st.sampled_from([*FILES, CARD]), mutations=CHANGES)
def test_a_changed_recorded_table_is_as_it_was_or_an_error(
    small: tuple[Path, RecordedTable], file: str, mutations: list[Mutation]
) -> str:
    folder, right = small
    content = (folder / file).read_bytes()
    (folder / file).write_bytes(changed(content, mutations))
    card_of.cache_clear()
    try:
        found = read.__wrapped__(folder)
    except DataError as error:
        assert file in str(error) and "\n" not in str(error)
        return REFUSED
    finally:
        (folder / file).write_bytes(content)
    pd.testing.assert_frame_equal(found.curves, right.curves)
    pd.testing.assert_frame_equal(found.configs, right.configs)
    assert found.model.to_bytes() == right.model.to_bytes()
    if CARD not in found.card["sha256"]:
        return TAKEN  # as above
    assert found.card == right.card
    return AS_IT_WAS
