"""An experiment whose rows cannot be stored is a failed row that says why, and costs nobody else anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from results import Store
from results.store.admission import admitted

Row = dict[str, Any]


def rows(key: str = "k") -> tuple[Row, list[Row], list[Row]]:
    experiment = {"key": key, "trainable": "t", "searcher": "s", "status": "ok", "reason": "", "best": 0.5}
    trials = [{"key": key, "trial_id": "a", "number": 0, "config/lr": 0.25}]
    results = [{"key": key, "trial_id": "a", "seq": 0, "epoch": 1, "accuracy": 0.5}]
    return experiment, trials, results


class Unwilling:
    def __float__(self) -> float:
        raise RuntimeError("no\nnumber")

    __repr__ = __float__  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (2, "config/lr", 1.0),
        (2, "a\udc80", 1.0),
        (2, "accuracy", "0.5"),
        (2, "accuracy", 10**400),
        (2, "accuracy", [0.5]),
        (2, "accuracy", Unwilling()),
        (2, "seq", 2**63),
        (2, "seq", "first"),
        (2, "seq", None),
        (2, 7, 0.5),
        (1, "config/name", "\ud800"),
        (1, "config/\ud800", 1),
        (1, "config/thing", Unwilling()),
        (1, "lr", 0.5),
        (1, "number", 2**63),
        (0, "best", "high"),
        (0, "trials", 2**70),
        (0, "trainable", "\udfff"),
        (0, "status", "odd"),
        (0, "mode", "maximize"),
        (0, "best_trial", "z"),
    ],
)
def test_what_cannot_be_stored_is_a_failed_row_of_its_own(
    tmp_path: Path, table: int, column: Any, value: Any
) -> None:
    bad, good = rows("bad"), rows("good")
    (bad[0] if table == 0 else bad[table][0])[column] = value
    made = [admitted(*one) for one in (bad, good)]
    assert made[1] == good
    Store(tmp_path).write(
        [one[0] for one in made], [row for one in made for row in one[1]], [r for one in made for r in one[2]]
    )
    found = {row["key"]: row for row in Store(tmp_path).read("experiments").to_pylist()}
    assert (found["good"]["status"], found["bad"]["status"]) == ("ok", "failed")
    assert found["bad"]["reason"].startswith("its rows cannot be stored: ")
    assert "\n" not in found["bad"]["reason"]
    assert found["bad"]["searcher"] == "s"
    assert Store(tmp_path).read("results").column("key").to_pylist() == ["good"]


def test_a_reason_with_what_is_no_text_is_stored_with_escapes(tmp_path: Path) -> None:
    experiment, trials, results = rows()
    experiment |= {"status": "failed", "reason": "bad byte \udc80"}
    trials[0]["reason"] = "\ud800!"
    made = admitted(experiment, trials, results)
    Store(tmp_path).write([made[0]], made[1], made[2])
    assert Store(tmp_path).read("experiments").column("reason").to_pylist() == [r"bad byte \udc80"]
    assert Store(tmp_path).read("trials").column("reason").to_pylist() == [r"\ud800!"]


@pytest.mark.parametrize("number", [1, True, np.float32(0.5), np.int64(3), np.array(0.5), None, float("nan")])
def test_every_kind_of_number_is_a_metric(number: Any) -> None:
    experiment, trials, results = rows()
    results[0]["accuracy"] = number
    assert admitted(experiment, trials, results)[0] == experiment


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=3,
)
COLUMNS = ["key", "status", "reason", "best", "trials", "trial_id", "number", "seq", "clock", "config/x", "m"]


@given(table=st.integers(0, 2), column=st.sampled_from(COLUMNS) | st.text(max_size=3), value=ANYTHING)
def test_whatever_is_in_a_row_something_is_stored(
    tmp_path_factory: pytest.TempPathFactory, table: int, column: str, value: Any
) -> None:
    one = rows()
    if table or column != "key":
        (one[0] if table == 0 else one[table][0])[column] = value
    made = admitted(*one)
    store = Store(tmp_path_factory.mktemp("run"))
    store.write([made[0]], made[1], made[2])
    assert Store(store.folder).keys() == {"k"}


def test_a_full_disk_leaves_what_was_committed_and_nothing_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    first, second = rows("k1"), rows("k2")
    store.write([first[0]], first[1], first[2])
    before = sorted(tmp_path.rglob("*"))
    for step in range(1, 7):
        with monkeypatch.context() as patch:
            patch.setattr("results.files.os.fsync", _full_at(step))
            with pytest.raises(OSError, match="No space left") as error:
                store.write([second[0]], second[1], second[2])
        assert str(error.value.filename).startswith(str(tmp_path))
        assert sorted(tmp_path.rglob("*")) == before
        assert Store(tmp_path).keys() == store.keys() == {"k1"}
    store.write([second[0]], second[1], second[2])
    assert Store(tmp_path).keys() == {"k1", "k2"}


def test_a_full_disk_while_others_are_withdrawn_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    one, other = rows("k1"), rows("k2")
    store.write([one[0], other[0]], one[1] + other[1], one[2] + other[2])
    with monkeypatch.context() as patch:
        patch.setattr("results.files.os.fsync", _full_at(2))
        with pytest.raises(OSError, match="No space left"):
            store.withdraw(["k1"])
    assert Store(tmp_path).keys() == {"k1", "k2"}
    with monkeypatch.context() as patch:  # killed between the new batch and the end of the old one
        patch.setattr("results.store.batches.Batches.delete", lambda *_: None)
        store.withdraw(["k1"])
    assert Store(tmp_path).keys() == {"k2"}
    assert Store(tmp_path).read("results").column("key").to_pylist() == ["k2"]
    Store(tmp_path).repair()
    assert len(list(tmp_path.glob("*/*.parquet"))) == 3


def _full_at(step: int) -> Callable[[int], None]:
    count = 0

    def fsync(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count >= step:
            raise OSError(28, "No space left on device")

    return fsync
