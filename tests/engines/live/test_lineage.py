"""The lineage of trainings: equal lineages have equal keys, and nothing else has."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.curves.live.lineage import KEY_DIGITS, SUBJECT_DIGITS, Curve, Subject

SUBJECT = Subject("mine", "content", "cpu", 0.0, 0)
VALUES = st.one_of(st.floats(allow_nan=False), st.integers(), st.booleans(), st.none(), st.text(max_size=3))
CONFIGS = st.dictionaries(st.text(min_size=1, max_size=3), VALUES, max_size=3)
#: What becomes of a trial: so many more epochs, then these values and CPUs.
STEPS = st.lists(st.tuples(st.integers(0, 3), CONFIGS, st.sampled_from([1.0, 2.0])), max_size=4)


def walk(config: dict[str, Any], steps: list[tuple[int, dict[str, Any], float]]) -> Curve:
    curve, epoch = Curve(SUBJECT, config), 0
    for more, changed, cpus in steps:
        epoch += more
        curve = curve.continued(epoch, changed, cpus)
    return curve


@given(CONFIGS)
def test_order_of_hyperparameters_is_of_no_matter(config: dict[str, Any]) -> None:
    assert Curve(SUBJECT, dict(reversed(config.items()))).key == Curve(SUBJECT, config).key


@given(CONFIGS, CONFIGS)
def test_other_configuration_has_another_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    same = Curve(SUBJECT, one).text == Curve(SUBJECT, other).text
    assert (Curve(SUBJECT, one).key == Curve(SUBJECT, other).key) is same


@pytest.mark.parametrize(("one", "other"), [(1, 1.5), (1.0, 1.0000000000000002), ("1", 1), (None, "None")])
def test_values_that_differ_by_a_bit_or_in_kind_have_other_keys(one: object, other: object) -> None:
    assert Curve(SUBJECT, {"a": one}).key != Curve(SUBJECT, {"a": other}).key


def test_everything_that_a_curve_depends_on_is_in_its_key() -> None:
    names, contents, devices, repetitions = ("mine", "yours"), ("a", "b"), ("cpu", "gpu"), (0, 1)
    combinations = list(itertools.product(names, contents, devices, [0.0], repetitions, [1.0, 2.0]))
    keys = {Curve(Subject(*rest), {"lr": 0.1}, cpus).key for *rest, cpus in combinations}
    assert len(keys) == len(combinations)


def test_share_of_a_gpu_is_not_in_the_key() -> None:
    whole, half = (Subject("mine", "content", "gpu", share, 0) for share in (1.0, 0.5))
    assert Curve(whole, {}).key == Curve(half, {}).key


def test_keys_have_their_form() -> None:
    curve = Curve(SUBJECT, {})
    assert len(curve.key) == KEY_DIGITS and len(SUBJECT.key) == SUBJECT_DIGITS
    assert int(curve.key + SUBJECT.key, 16) >= 0


@given(CONFIGS, STEPS)
def test_equal_lineages_have_equal_keys(
    config: dict[str, Any], steps: list[tuple[int, dict[str, Any], float]]
) -> None:
    assert walk(config, steps) == walk(dict(reversed(config.items())), steps)
    assert hash(walk(config, steps)) == hash(walk(config, steps))


@given(CONFIGS, CONFIGS, st.integers(1, 9))
def test_trial_that_keeps_its_configuration_keeps_its_curve(
    config: dict[str, Any], changed: dict[str, Any], epoch: int
) -> None:
    curve = Curve(SUBJECT, config)
    assert curve.continued(epoch, dict(config), 1.0) is curve
    branch = curve.continued(epoch, changed, 1.0)
    assert (branch is curve) is (Curve(SUBJECT, changed).text == curve.text)
    assert branch.continued(epoch + 1, dict(changed), 1.0) is branch


def test_branch_is_another_one_by_its_parent_and_epoch_and_when_it_comes_back() -> None:
    root, other = Curve(SUBJECT, {"lr": 0.1}), Curve(SUBJECT, {"lr": 0.3})
    branch = root.continued(3, {"lr": 0.2}, 1.0)
    assert (branch.parent, branch.branch) == (root, 3)
    there = branch.continued(5, {"lr": 0.1}, 1.0)
    wider = root.continued(3, {"lr": 0.1}, 2.0)
    later, others = root.continued(4, {"lr": 0.2}, 1.0), other.continued(3, {"lr": 0.2}, 1.0)
    plain = Curve(SUBJECT, {"lr": 0.2})
    keys = {curve.key for curve in (root, other, branch, there, wider, later, others, plain)}
    assert len(keys) == 8
