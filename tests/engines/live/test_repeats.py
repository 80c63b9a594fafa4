"""A sample of trainings is made twice, and what differs is named."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.curves.live.lineage import Curve, Subject
from benchmarks.engines.live.repeats import SAMPLE, Repeats, same


def curve(name: str, number: int, repetition: int = 0) -> Curve:
    return Curve(Subject(name, "content", "cpu", 0.0, repetition), {"number": number})


def test_sample_is_of_each_trainable_and_of_no_branches() -> None:
    repeats = Repeats()
    assert not repeats.wants(curve("mine", 0).continued(1, {"number": 1}, 1.0))
    wanted = [repeats.wants(curve("mine", number, number % 2)) for number in range(2 * SAMPLE)]
    assert wanted == [True] * SAMPLE + [False] * SAMPLE
    assert repeats.wants(curve("yours", 0))


def test_nothing_is_said_before_anything_was_repeated() -> None:
    repeats = Repeats()
    assert repeats.differing("mine") is None and repeats.lines() == []
    repeats.compare(curve("mine", 0), {"loss": 0.5}, {"loss": 0.5})
    assert repeats.differing("mine") == "" and repeats.differing("yours") is None
    assert repeats.lines() == []


def test_first_difference_is_named_with_both_values() -> None:
    repeats = Repeats()
    repeats.compare(curve("mine", 0), {"loss": 0.5}, {"loss": 0.5})
    repeats.compare(curve("mine", 1), {"loss": 0.5, "acc": 1}, {"loss": 0.25, "acc": 1})
    repeats.compare(curve("mine", 2), {"loss": 0.5}, {"loss": 0.125})
    how = 'two trainings of configuration {"number":1} differ: loss was 0.5, then 0.25'
    assert repeats.differing("mine") == how
    [line] = repeats.lines()
    assert line.startswith(f"mine is not deterministic: {how}")


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (float("nan"), float("nan"), True),
        (float("nan"), 0.0, False),
        (0.1 + 0.2, 0.3, False),
        (1, True, False),
        ("a", "a", True),
        ([1, 2], [1, 2], True),
        (None, 0.0, False),
    ],
)
def test_values_are_equal_to_the_last_bit_or_not(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal


def test_metric_that_only_one_of_them_reports_is_a_difference() -> None:
    repeats = Repeats()
    repeats.compare(curve("mine", 0), {"loss": 0.5}, {"loss": 0.5, "extra": 1.0})
    assert "extra was None, then 1.0" in str(repeats.differing("mine"))
