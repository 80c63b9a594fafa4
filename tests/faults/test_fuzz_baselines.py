"""Bytes of baselines and of recorded tables that change: what was recorded, or an error in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fuzzing import MUTATIONS, Mutation, inputs, mutated
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.tables.table import CARD, SHIPPED, card_of
from benchmarks.trainables._errors import DataError
from results import ResultsError
from results.gate import baselines
from results.gate.arms import Stored

CARDS = sorted(path.parent for path in SHIPPED.glob(f"*/{CARD}"))
CHANGES = st.lists(MUTATIONS, min_size=1, max_size=3)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Stored]:
    """A few experiments of the baseline that ships, as a baseline of their own."""
    core = baselines.read(baselines.FOLDER / "core.parquet")
    path = tmp_path_factory.mktemp("recorded") / "few.parquet"
    baselines.write(Stored("few", core.template.head(5), core.environments), path)
    return path, baselines.read(path)


@inputs(60)
@given(changes=CHANGES)
def test_a_changed_baseline_is_as_it_was_or_an_error(
    recorded: tuple[Path, Stored], tmp_path: Path, changes: list[Mutation]
) -> None:
    content, path = recorded[0].read_bytes(), tmp_path / "changed.parquet"
    for change in changes:
        content = mutated(content, change)
    path.write_bytes(content)
    try:
        found = baselines.read(path)
    except ResultsError as error:
        assert str(path) in str(error) and "\n" not in str(error)
    else:
        assert (found.name, found.environments) == (recorded[1].name, recorded[1].environments)
        pd.testing.assert_frame_equal(found.template, recorded[1].template)


@inputs(60)
@given(folder=st.sampled_from(CARDS), changes=CHANGES)
def test_a_changed_card_is_as_it_was_or_an_error(
    tmp_path: Path, folder: Path, changes: list[Mutation]
) -> None:
    content = (folder / CARD).read_bytes()
    for change in changes:
        content = mutated(content, change)
    (tmp_path / CARD).write_bytes(content)
    try:
        found = card_of.__wrapped__(tmp_path)
    except DataError as error:
        assert CARD in str(error) and "\n" not in str(error)
    else:
        assert found == json.loads((folder / CARD).read_bytes())


@inputs(60)
@given(folder=st.sampled_from(CARDS), data=st.data())
def test_a_foreign_card_is_refused_or_has_what_a_card_has(
    tmp_path: Path, folder: Path, data: st.DataObject
) -> None:
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
    else:
        assert found["metric"] in found["metrics"] and found["mode"] in ("min", "max")
        assert min(found["configs"], found["seeds"], found["epochs"]) >= 1
