"""Asynchronous HyperBand's brackets: sizes, shares, and competition within a bracket."""

from __future__ import annotations

import math

import pytest
from helpers.stage import Part, played
from hypothesis import given
from hypothesis import strategies as st

from schedulers._brackets import AsynchronousBrackets, hyperband_brackets


def test_brackets_are_those_of_hyperbands_table() -> None:
    # Table 1 of arXiv 1603.06560: R = 81, eta = 3; n = 81, 34, 15, 8, 5 trials begin with 1, 3, 9, 27, 81.
    rungs, sizes = hyperband_brackets(81, 3)
    assert [one[0] if one else 81 for one in rungs] == [1, 3, 9, 27, 81]
    assert sizes == [81, 34, 15, 8, 5]


def test_number_of_brackets_can_be_less_and_never_more() -> None:
    assert hyperband_brackets(9, 3, most=2)[0] == [(1, 3), (3,)]
    assert hyperband_brackets(9, 3, most=7)[0] == [(1, 3), (3,), ()]
    assert hyperband_brackets(9, 3, first=2)[0] == [(2, 6), (6,), ()]
    assert hyperband_brackets(1, 3)[0] == [()]


@given(st.integers(1, 100), st.integers(2, 5), st.integers(0, 200))
def test_after_any_number_of_trials_each_bracket_has_its_share(epochs: int, factor: int, trials: int) -> None:
    rungs, sizes = hyperband_brackets(epochs, factor)
    brackets = AsynchronousBrackets(rungs, sizes, factor)
    given_to = [0] * len(rungs)
    for number in range(trials):
        brackets.enter(f"t{number}")
        given_to[brackets.bracket(f"t{number}")] += 1
    for size, got in zip(sizes, given_to, strict=True):
        assert abs(got - trials * size / sum(sizes)) < len(sizes)


def test_trial_that_is_tried_again_stays_in_its_bracket() -> None:
    brackets = AsynchronousBrackets([(1,), ()], [1, 1], 3)
    for name in ("a", "b"):
        brackets.enter(name)
    assert [brackets.bracket(name) for name in ("a", "b")] == [0, 1]
    brackets.leave("b")
    brackets.enter("b")
    brackets.enter("c")
    assert [brackets.bracket(name) for name in ("b", "c")] == [1, 0]


def test_trials_compete_within_their_bracket_alone() -> None:
    brackets = AsynchronousBrackets([(1,), (1,)], [1, 1], 3)
    for number in range(6):  # in turn; those of the second bracket are all better
        brackets.enter(f"t{number}")
        brackets.report(f"t{number}", 1, number % 2 + number / 10)
    assert brackets.judge(more=True).promoted == ["t4", "t5"]


def test_some_trials_train_to_the_end_unjudged() -> None:
    log = played("async-hyperband", [Part([0.5 - n / 100] * 9) for n in range(17)], 9)
    first = {}
    for name, epoch, decision in log:
        if decision != "CONTINUE":
            first.setdefault(name, epoch)
    assert sorted(first.values()).count(9) >= 3  # the last bracket has 3 of 17
    assert set(first.values()) == {1, 3, 9}
    assert math.isclose(sum(1 for one in first.values() if one == 1), 9, abs_tol=2)


@pytest.mark.parametrize("epochs", [1, 2])
def test_of_few_epochs_there_are_few_brackets(epochs: int) -> None:
    log = played("async-hyperband", [Part([0.5] * epochs)] * 4, epochs)
    assert {epoch for _, epoch, decision in log if decision == "END"} == {epochs}
