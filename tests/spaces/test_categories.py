"""Categories are told apart by type and position, in every searcher, the store and the seeds."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune
from scipy import stats

from benchmarks.core.seeding import canonical, trial_seed
from benchmarks.spaces.categories import distinct, distinguishable, identity, positions, restored, same
from benchmarks.spaces.domains import KINDS, fraction, from_fraction, levels, nearest
from benchmarks.spaces.encoding import Encoding
from benchmarks.testing.offline import Offline, drive

MIXED: list[list[Any]] = [
    [1, 1.0, True],
    [0, False, 0.5, -0.0, 0.0],
    ["1", 1, "1.0", 1.0],
    [math.nan, math.inf, None, "NaN"],
    [[200, 300], [200.0, 300], (200, 300), [], {}, None, {"w": 3}, {"w": True}],
    [10**22, 1e22, "1e+22"],
    [2**70, -(2**70), float(2**70)],
]
scalars = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=True) | st.text(max_size=2)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=1), inner, max_size=2),
)
natives = st.frozensets(st.sampled_from(sorted(KINDS)))


@pytest.mark.parametrize("items", MIXED, ids=str)
@pytest.mark.parametrize("native", [frozenset[str](), KINDS], ids=["none native", "all native"])
def test_each_category_comes_back_as_itself(items: list[Any], native: frozenset[str]) -> None:
    encoding = Encoding({"x": tune.choice(items)}, native)
    for item in items:
        back = encoding.decode(encoding.encode({"x": item}))["x"]
        assert same(back, item) and type(back) is type(item)


@pytest.mark.parametrize("items", MIXED, ids=str)
def test_each_category_has_a_share_a_level_and_a_position(items: list[Any]) -> None:
    domain = tune.choice(items)
    decode, encode, position = from_fraction(domain), fraction(domain), positions(items)
    assert [position(item) for item in items] == list(range(len(items)))
    assert all(same(decode(encode(item)), item) and same(nearest(domain, item), item) for item in items)
    assert list(map(identity, levels(domain, len(items)))) == list(map(identity, items))


@given(st.lists(values, min_size=1, max_size=5), natives, st.floats(0, 1))
def test_categories_of_any_kind_survive_the_encoding(
    items: list[Any], native: frozenset[str], share: float
) -> None:
    drawn = Encoding({"x": tune.choice(items)}).decode({"x": share})
    encoding = Encoding({"x": tune.choice(items)}, native)
    assert same(encoding.decode(encoding.encode(drawn)), drawn)


@given(values, values)
def test_values_are_the_same_only_if_json_and_types_say_so(one: Any, other: Any) -> None:
    assert same(one, one)
    if same(one, other):
        assert canonical(one) == canonical(other) and type(one) is type(other)
    if canonical(one) != canonical(other):
        assert not same(one, other)
        assert trial_seed("t", 0, {"x": one}, "weights") != trial_seed("t", 0, {"x": other}, "weights")


@pytest.mark.parametrize(
    "number", [np.int64(8), np.float32(0.5), np.bool_(True), np.str_("a"), np.float64(2)]
)
def test_scalars_of_numpy_are_what_they_hold(number: Any) -> None:
    assert same(number, number.item())
    decoded = Encoding({"x": tune.choice([number, "other"])}).decode({"x": 0.0})["x"]
    assert type(decoded) is type(number.item()) and decoded == number.item()


def test_distinct_keeps_the_first_of_each() -> None:
    assert list(map(repr, distinct([1, True, 1, 1.0, [1], [True], [1], math.nan, math.nan]))) == [
        *("1", "True", "1.0", "[1]", "[True]", "nan")
    ]


@pytest.mark.parametrize(
    ("items", "told_apart"),
    [
        (["a", "b"], True),
        ([16, 0.5, "auto"], True),
        ([True, False], True),
        ([1, True], False),
        (["1", 1], False),
        ([0.5, math.nan], False),
        ([2, 2], False),
        ([1, None], False),
    ],
)
def test_libraries_are_given_only_categories_that_they_tell_apart(items: list[Any], told_apart: bool) -> None:
    assert distinguishable(items) == told_apart
    [seen] = Encoding({"x": tune.choice(items)}, KINDS).domains.values()
    assert seen.categories == (items if told_apart else [0, 1, 2][: len(items)])


@pytest.mark.parametrize("name", ["random", "sobol", "hyperopt", "optuna-tpe", "nevergrad-cma"])
def test_searchers_propose_each_of_equal_categories(name: str) -> None:
    space = {"x": tune.choice([1, 1.0, True, "1"]), "y": tune.uniform(0, 1)}
    given_ = drive(Offline(name, space, trials=60), objective=lambda config: config["y"])
    assert {repr(config["x"]) for config in given_} == {"1", "1.0", "True", "'1'"}


def test_random_search_draws_equal_categories_equally_often() -> None:
    space = {"x": tune.choice([1, 1.0, True]), "y": tune.choice([[1], [1.0], (1,), None])}
    configs = drive(Offline("random", space, trials=1200))
    for name, count in (("x", 3), ("y", 4)):
        often = Counter(repr(config[name]) for config in configs)
        assert len(often) == count
        assert stats.chisquare(list(often.values())).pvalue > 1e-4


def test_grid_has_a_point_for_each_of_equal_categories() -> None:
    configs = drive(Offline("grid", {"x": tune.choice([1, 1.0, True, 1])}, trials=8))
    assert [repr(config["x"]) for config in configs] == ["1", "1.0", "True"]


def test_what_json_has_held_is_restored_by_the_space() -> None:
    space = {
        "layers": tune.choice([(64,), [32, 32], None, {"w": (1, 2)}]),
        "flag": tune.choice([1, True, 1.0]),
        "sizes": (1, 2),
        "net": tune.choice(
            [{"kind": (1,), "lr": tune.uniform(0, 1)}, {"kind": (2,), "n": tune.randint(0, 9)}]
        ),
        "inner": [tune.choice([(1,), (2,)]), 3],
        "lr": tune.loguniform(1e-4, 1),
    }
    for layers, flag in (((64,), 1), ([32, 32], True), (None, 1.0), ({"w": (1, 2)}, 1)):
        config = {
            "layers": layers,
            "flag": flag,
            "sizes": (1, 2),
            "net": {"kind": (2,), "n": 4},
            "inner": [(2,), 3],
            "lr": 0.12345678901234567,
        }
        assert same(restored(space, json.loads(json.dumps(config))), config)
    assert restored(space, {"other": 1}) == {"other": 1}
