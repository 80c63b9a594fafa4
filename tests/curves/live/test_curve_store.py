"""The curve store keeps what was trained, bit by bit, whenever it is opened again."""

from __future__ import annotations

import json
import math
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.trained_curves import NAN, bits, content, failed, fill, head, trained
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.curves.live.epochs import CurveHead, TrainedEpoch
from benchmarks.curves.live.store import CurveStore
from benchmarks.training.reports import plain

texts = st.text(st.characters(codec=None, exclude_categories=())) | st.sampled_from(
    ["float64 bits", '","test":null,"report":', "\ud800", "\x00", '{"crc32":"', "\u2028"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
reports = st.dictionaries(texts, json_values, max_size=5)
floats = st.floats()
metrics = st.none() | st.dictionaries(texts, floats, max_size=3)
OTHER_NAN = struct.unpack(">d", bytes.fromhex("fff8000000000001"))[0]


def paired(value: Any) -> Any:
    """Return a value as JSON has it: two halves of a character that were apart are one."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if isinstance(value, dict):
        return {paired(name): paired(inner) for name, inner in value.items()}
    return [paired(inner) for inner in value] if isinstance(value, list) else value


@given(report=reports, seconds=floats, processor=floats, busy=floats, test=metrics)
@example(
    report={"x": OTHER_NAN, "y": [NAN, -math.inf, -0.0, 5e-324]}, seconds=0, processor=0, busy=NAN, test=None
)
@example(report={"x": {"float64 bits": 1}, "y": {}}, seconds=0, processor=0, busy=0, test={"test": OTHER_NAN})
@example(report={}, seconds=-OTHER_NAN, processor=-NAN, busy=-NAN, test=None)
@example(report={"y": {"test": None, "report": 2}}, seconds=0, processor=0, busy=0, test={})
@settings(max_examples=50, deadline=None)
def test_an_epoch_is_the_same_from_memory_from_a_journal_and_from_parquet(
    report: dict[str, Any], seconds: float, processor: float, busy: float, test: dict[str, float] | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = CurveStore(Path(folder))
        store.add(head(), TrainedEpoch(1, report, seconds, processor, busy, "", test))
        [added] = store.epochs(head().key)
        assert bits(added.report) == bits(paired(report))
        assert bits([added.seconds, added.processor_seconds, added.busy]) == bits(
            [float(time) if time == time else NAN for time in (seconds, processor, busy)]
        )
        assert bits(added.test) == bits(paired(test))
        journalled = CurveStore(Path(folder))
        assert content(journalled) == content(store)
        store.close()
        again = CurveStore(Path(folder))
        assert content(again) == content(store) and again.notes == []


def test_what_json_has_no_form_for_is_kept_as_its_text(tmp_path: Path) -> None:
    class Odd:
        def __str__(self) -> str:
            raise RuntimeError

    report = plain({"a": 1, "array": np.arange(3), "odd": Odd(), "set": {1}, "bytes": b"x", "flag": True})
    odd = {"half": np.float32(0.5), "float": np.float64(0.5), "tuple": (1, 2), "deep": {3: Odd()}}
    with CurveStore(tmp_path) as store:
        store.add(head(), trained(1, report | odd | {"big": 10**5000}))
    kept = CurveStore(tmp_path).epochs(head().key)[0].report
    assert kept["array"] == "[0 1 2]" and kept["set"] == "{1}" and kept["bytes"] == "b'x'"
    assert kept["a"] == 1.0 and kept["half"] == "0.5" and kept["float"] == 0.5 and kept["tuple"] == [1, 2]
    assert kept["odd"] == report["odd"] and kept["deep"] == {"3": "Odd"} and kept["big"] == "int"


def test_a_configuration_of_any_text_is_kept(tmp_path: Path) -> None:
    config = json.dumps({"\ud800": "ü"}, ensure_ascii=False)
    odd = CurveHead("a" * 20, "5" * 16, 2, config, 0.5, "b" * 20, 3)
    with CurveStore(tmp_path) as store:
        store.add(odd, trained(4))
        store.add(odd, trained(5))
    again = CurveStore(tmp_path)
    stored = again.heads()["a" * 20]
    assert json.loads(stored.config) == {"\ud800": "ü"}
    assert (stored.repetition, stored.cpus, stored.parent, stored.branch) == (2, 0.5, "b" * 20, 3)
    again.add(odd, trained(6))
    assert [epoch.epoch for epoch in again.epochs("a" * 20)] == [4, 5, 6]


def test_a_store_that_is_opened_again_after_each_step_is_as_one_that_stays_open(tmp_path: Path) -> None:
    steps: list[Any] = [
        lambda store: store.add(head(1), trained(1)),
        lambda store: store.add(head(2), trained(1)),
        lambda store: store.add(head(1), trained(2)),
        lambda store: store.add_test(head(1).key, 1, {"test_accuracy": 0.5}),
        lambda store: store.add(head(1), failed(3)),
        lambda store: store.forget_failure(head(1).key),
        lambda store: store.add(head(1), trained(3)),
        lambda store: store.add(head(2), failed(2)),
        lambda store: store.forget_failure(head(2).key),
        lambda store: store.add_test(head(1).key, 1, {"test_accuracy": 0.75}),
    ]
    whole, closed, left = (CurveStore(tmp_path / name) for name in ("whole", "closed", "left"))
    for step in steps:
        for store in (whole, closed, left):
            step(store)
        closed.close()
        assert list((tmp_path / "closed").glob("journal-*")) == []
        left._journal = None  # as if its process were gone: nobody holds the lock
        closed, left = (CurveStore(tmp_path / name) for name in ("closed", "left"))
        assert content(closed) == content(left) == content(whole)
        assert closed.notes == left.notes == []
    assert closed.epochs_read == 4 and closed.epochs_added == 0
    assert [epoch.test for epoch in closed.epochs(head(1).key)] == [{"test_accuracy": 0.75}, None, None]


def test_epochs_come_in_order_and_a_failure_ends_the_curve(tmp_path: Path) -> None:
    store = CurveStore(tmp_path)
    with pytest.raises(ValueError, match="epoch 2 was added where 1 comes next"):
        store.add(head(), trained(2))
    store.add(head(), trained(1))
    for wrong in (1, 3, 0):
        with pytest.raises(ValueError, match=f"epoch {wrong} was added where 2 comes next"):
            store.add(head(), trained(wrong))
    with pytest.raises(ValueError, match="epoch 1 was added where 5 comes next"):
        store.add(head(1, branch=4, parent=head().key), trained(1))
    store.add(head(), failed(2))
    with pytest.raises(ValueError, match="has failed at epoch 2; forget its failure"):
        store.add(head(), trained(3))
    assert [epoch.failure for epoch in store.epochs(head().key)] == ["", "ValueError: ü is no number"]
    with pytest.raises(ValueError, match="no epoch 7"):
        store.add_test(head().key, 7, {})
    with pytest.raises(ValueError, match="another one already"):
        store.add(CurveHead(head().key, "6" * 16, 0, "{}", 1.0), trained(3))
    with pytest.raises(ValueError, match="is not the key of a curve"):
        store.add(CurveHead("../x", "6" * 16, 0, "{}", 1.0), trained(1))
    assert CurveStore(tmp_path).epochs_read == 2
    assert store.epochs("0" * 19 + "f") == ()


def test_what_is_added_after_compacting_is_kept_too(tmp_path: Path) -> None:
    with CurveStore(tmp_path) as store:
        fill(store, 3, 2)
        store.compact()
        fill(store, 2, 2, first=3)
        store.add(head(0), trained(3))
        store.compact()
        store.compact()
        store.add(head(0), trained(4))
    again = CurveStore(tmp_path)
    assert content(again) == content(store) and again.epochs_read == 12
