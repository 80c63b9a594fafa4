"""Quantities of a command line: durations, whole numbers, shares."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.compare.budgets import parse
from results.quantities import duration, positive, positive_duration, share, spelled, trainings, whole


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90.0),
        ("5m", 300.0),
        ("2h", 7200.0),
        ("1d", 86400.0),
        ("1h30m", 5400.0),
        ("1.5h", 5400.0),
        (" 2h ", 7200.0),
        ("1800", 1800.0),
        ("0.2", 0.2),
        ("0", 0.0),
        ("1e3", 1000.0),
        ("inf", math.inf),
    ],
)
def test_a_duration_has_units_or_is_in_seconds(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "h", "2 hours", "2x", "-3", "-5m", "nan", "1h 30", "s90", "5mm", "90s\n7"]
)
def test_what_is_not_a_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a duration; give seconds, or such as 90s"):
        duration(text)


def test_a_wait_is_above_zero() -> None:
    assert positive_duration("0.2") == 0.2
    with pytest.raises(argparse.ArgumentTypeError, match="'0m' is not a duration above 0"):
        positive_duration("0m")


@given(st.integers(min_value=1, max_value=10**7))
def test_a_duration_that_is_spelled_reads_back(seconds: int) -> None:
    assert duration(spelled(float(seconds))) == seconds


@pytest.mark.parametrize("text", ["90s", "30m", "2h", "1.5h"])
def test_a_budget_of_time_is_the_same_duration(text: str) -> None:
    assert (parse(text).axis, parse(text).amount) == ("clock", duration(text))


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (whole(1), "0", "0 is too small; give 1 or more"),
        (whole(0), "-1", "-1 is too small; give 0 or more"),
        (whole(1), "two", "'two' is not a whole number; give 1 or more"),
        (whole(1), "2.5", "'2.5' is not a whole number"),
        (whole(1), "9" * 5000, "is not a whole number"),
        (share, "1", "'1' is not a share; give a number between 0 and 1"),
        (share, "x", "'x' is not a share"),
        (share, "nan", "'nan' is not a share"),
        (positive, "0", "'0' is not a positive number; give one above 0"),
        (positive, "inf", "'inf' is not a positive number"),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(kind: Callable[[str], float], text: str, said: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refused:
        kind(text)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 200


def test_numbers_are_taken() -> None:
    assert (whole(1)("7"), share("0.05"), positive("2")) == (7, 0.05, 2.0)


@pytest.mark.parametrize(("text", "many"), [("50x", 50.0), ("0.5x", 0.5), (" 7 ", 7.0), ("0", 0.0)])
def test_full_trainings_have_an_x_or_nothing(text: str, many: float) -> None:
    assert trainings(text) == many


@pytest.mark.parametrize("text", ["", "x", "2h", "-1x", "nanx", "inf", "50xx", "5 0x"])
def test_what_is_no_number_of_full_trainings_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is not a number of full trainings"):
        trainings(text)
