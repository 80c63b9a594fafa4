"""Tables of version 0.1, whose model lies in the card, serve the curves that they have always served."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.made_up import space

from benchmarks.core.errors import DataError
from benchmarks.curves.model import Place
from benchmarks.curves.recorded.card import CARD, CONFIGS, CURVES, MODEL
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.curves.recorded.table import card_of, extract_model, read
from benchmarks.spaces.encoding import Encoding

OLD = Path(__file__).with_name("table_of_0_1")
EPOCHS = 4


def served(curves: Recorded, config: dict[str, Any], repetition: int) -> list[dict[str, Any]]:
    """Return each epoch's metrics and its seconds."""
    model = curves(Place("made-up", repetition, {}))
    state, epochs = model.start(config), []
    for _ in range(EPOCHS):
        state, metrics, cost = model.step(state, config, 1)
        epochs.append({**metrics, "seconds": cost})
    return epochs


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The old table in the new form."""
    folder = shutil.copytree(OLD, tmp_path / "new")
    extract_model(folder)
    card_of.cache_clear()
    read.cache_clear()
    return folder


def test_old_table_serves_what_it_did_when_it_was_recorded() -> None:
    curves = Recorded(OLD, space)
    for stored in json.loads((OLD / "served.json").read_text()):
        for epoch, then in zip(
            served(curves, stored["config"], stored["repetition"]), stored["epochs"], strict=True
        ):
            known = {name: np.nan if value is None else value for name, value in then.items()}
            # Another processor may sum in another order.
            assert epoch == pytest.approx(known, rel=1e-5, nan_ok=True)


def test_new_form_serves_bit_equal_curves(new: Path) -> None:
    encoding, generator = Encoding(space()), np.random.default_rng(0)
    old_curves, new_curves = Recorded(OLD, space), Recorded(new, space)
    recorded = [json.loads(text) for text in read(OLD).configs["json"]]
    for repetition, config in enumerate([*recorded, *(encoding.draw(generator) for _ in range(100))]):
        expected = served(old_curves, config, repetition % 5)
        assert repr(served(new_curves, config, repetition % 5)) == repr(expected)


def test_new_form_keeps_the_key_the_constants_and_the_bytes_of_the_curves(new: Path) -> None:
    old_curves, new_curves = Recorded(OLD, space), Recorded(new, space)
    assert new_curves.key == old_curves.key
    assert new_curves.constants() == old_curves.constants()
    for name in (CURVES, CONFIGS):
        assert (new / name).read_bytes() == (OLD / name).read_bytes()


def test_card_is_a_page_without_the_arrays(new: Path) -> None:
    lines = (new / CARD).read_text().splitlines()
    assert len(lines) < 60 < len((OLD / CARD).read_text().splitlines())
    assert {*card_of(new)["model"]} == {"columns", "scales"}


def test_extracting_twice_changes_nothing(new: Path) -> None:
    before = {path.name: path.read_bytes() for path in new.iterdir()}
    extract_model(new)
    assert {path.name: path.read_bytes() for path in new.iterdir()} == before


def test_old_card_without_a_model_is_refused_with_its_name(tmp_path: Path) -> None:
    folder = shutil.copytree(OLD, tmp_path / "damaged")
    card = json.loads((folder / CARD).read_text())
    del card["model"]["components"], card["sha256"][CARD]
    (folder / CARD).write_text(json.dumps(card))
    with pytest.raises(DataError, match=r"card\.json has no model \(KeyError\('components'\)\); record it"):
        read(folder)


def test_file_that_is_not_a_model_is_refused_with_its_name(new: Path) -> None:
    content = b"not arrays"
    (new / MODEL).write_bytes(content)
    card = json.loads((new / CARD).read_text())
    card["sha256"][MODEL] = hashlib.sha256(content).hexdigest()
    del card["sha256"][CARD]
    (new / CARD).write_text(json.dumps(card))
    with pytest.raises(DataError, match=r"model\.npz is not a model .*; record it again"):
        read(new)
