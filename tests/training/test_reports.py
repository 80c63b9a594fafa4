"""Reports on their way to Tune and to the store: plain numbers under names that stay apart."""

from __future__ import annotations

import math
import pickle
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray.tune.utils import flatten_dict

from benchmarks.training.reports import Foreign, number, plain
from results.store.schema import RESULTS, TUNE_FIELDS, TUNE_SIGNALS, metric_column, tune_name

NAMES = st.sampled_from([*RESULTS, *TUNE_FIELDS, "metric/cost", "config/lr", "eval/score"]) | st.text(
    max_size=9
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((0.5, 0.5), (3, 3.0), (True, 1.0), (False, 0.0), (Fraction(1, 4), 0.25), (Decimal("0.5"), 0.5)),
        *((np.float32(0.5), 0.5), (np.int8(3), 3.0), (np.bool_(True), 1.0)),
        *((np.array(0.5), 0.5), (np.array([0.5]), 0.5), (np.array([[2]]), 2.0)),
        *((10**400, math.inf), (-(10**400), -math.inf), (math.inf, math.inf)),
        *((None, None), ("0.5", None), (b"1", None), ([0.5], None), ({}, None), (1j, None), (object(), None)),
        *((np.array([1, 2]), None), (np.array([]), None), (np.str_("1"), None), (np.array("1"), None)),
        *((np.array(1j), None), (np.datetime64("2020-01-01"), None), (float, None)),
    ],
)
def test_a_number_is_what_converts_to_one_float(value: Any, expected: float | None) -> None:
    found = number(value)
    assert found == expected and type(found) is type(expected)


def test_tensors_of_one_element_are_numbers() -> None:
    torch = pytest.importorskip("torch")
    assert number(torch.tensor(0.5, requires_grad=True)) == 0.5
    assert number(torch.tensor([3])) == 3.0
    assert number(torch.tensor([1.0, 2.0])) is None


class Refusing:
    """Raises whatever it is asked."""

    def __init__(self, by: str) -> None:
        self._by = by

    def _asked(self, by: str) -> Any:
        if by == self._by:
            raise LookupError("no")
        return ()

    def __float__(self) -> float:
        self._asked("float")
        return 1.0

    def __repr__(self) -> str:
        raise LookupError("no text either")

    @property
    def shape(self) -> Any:
        return self._asked("shape")

    def item(self) -> Any:
        return self._asked("item") or self


@pytest.mark.parametrize("by", ["float", "shape", "item"])
def test_what_raises_when_it_is_converted_is_no_number(by: str) -> None:
    assert number(Refusing(by)) is None
    seen = plain({"score": 1, "odd": Refusing(by), "some": [Refusing(by)]})
    assert seen["score"] == 1.0 and seen["odd"].startswith("Refusing")
    assert pickle.loads(pickle.dumps(seen)) == seen


def test_tensors_that_are_no_numbers_do_not_reach_ray() -> None:
    torch = pytest.importorskip("torch")
    seen = plain({"meta": torch.ones((), device="meta"), "two": torch.ones(2), "in": [torch.ones(2)]})
    assert (seen["meta"], seen["two"]) == ("Tensor of shape ()", "Tensor of shape (2,)")
    assert type(seen["in"]) is Foreign


def test_nan_is_a_number() -> None:
    assert math.isnan(number(np.array(math.nan)) or 0.0)


@given(NAMES, NAMES)
def test_different_metrics_are_in_different_columns_none_of_which_is_taken(one: str, other: str) -> None:
    assert (metric_column(one) == metric_column(other)) == (one == other)
    assert (tune_name(one) == tune_name(other)) == (one == other)
    assert metric_column(one) not in {*RESULTS, *TUNE_FIELDS, *TUNE_SIGNALS}
    assert not metric_column(one).startswith("config/")
    metric_column(one).encode()  # as Parquet must


def test_an_ordinary_metric_has_a_column_of_its_own_name() -> None:
    for name in ("val_accuracy", "score", "eval/score", "loss", "config", "cost"):
        assert metric_column(name) == (name if name not in RESULTS else f"metric/{name}")


REPORTS = st.recursive(
    st.floats(allow_nan=False) | st.integers(-9, 9),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abc"), REPORTS, max_size=3))
def test_reports_are_flattened_as_ray_does(report: dict[str, Any]) -> None:
    assert plain(report) == {name: float(value) for name, value in flatten_dict(report).items()}


def test_what_tune_would_overwrite_moves_and_its_signals_stay() -> None:
    report = {
        "done": True,
        "time_this_iter_s": 2.0,
        "config": 1,
        "config/lr": 2,
        "metric/x": 3,
        "cost": 4,
        5: 6,
    }
    assert plain(report) == {
        **{"done": True, "time_this_iter_s": 2.0, "metric/config": 1.0, "metric/config/lr": 2.0},
        **{"metric/metric/x": 3.0, "cost": 4.0, "5": 6.0},
    }


def test_what_is_no_number_stays_for_whoever_reads_it() -> None:
    image = np.zeros((2, 2))
    assert plain({"note": "text", "image": image}) == {"note": "text", "image": image}
