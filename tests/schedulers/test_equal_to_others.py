"""Schedulers that must decide as another one does under some setting, whatever the curves and the order."""

from __future__ import annotations

from functools import partial

import pytest
from helpers.stage import Part, Stage, build, pick_with
from hypothesis import given
from hypothesis import strategies as st
from test_rungs_in_any_order import plays

Play = tuple[list[Part], int]


def decided(name: str, play: Play, workers: int, picks: list[int]) -> list[tuple[str, int, str]]:
    """Return what a scheduler decides where these numbers choose who is next."""
    parts, epochs = play
    left = iter(picks)
    stage = Stage(
        build(name, len(parts), epochs), parts, workers, epochs, lambda n: next(left, 0) % n, at_once=True
    )
    return stage.run()


orders = st.lists(st.integers(0, 11), max_size=200)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("async-hyperband[brackets=1]", "asha-promote"),
        ("async-hyperband[brackets=1,grace_period=2]", "asha-promote[grace_period=2]"),
        ("asha-cost", "asha-promote"),  # an epoch of any trial costs the same
        ("i-epoch[i=1]", "one-epoch"),
        ("i-epoch[i=3,reduction_factor=2]", "three-epochs[reduction_factor=2]"),
        ("i-epoch[i=9]", "nine-epochs"),
    ],
)
@given(play=plays(), workers=st.integers(1, 4), picks=orders)
def test_it_decides_as_the_other(name: str, other: str, play: Play, workers: int, picks: list[int]) -> None:
    assert decided(name, play, workers, picks) == decided(other, play, workers, picks)


@given(play=plays(), workers=st.integers(1, 4), picks=orders, exponent=st.integers(-30, 30), data=st.data())
def test_rungs_by_cost_are_the_same_in_any_unit_of_time(
    play: Play, workers: int, picks: list[int], exponent: int, data: st.DataObject
) -> None:
    parts, epochs = play
    for part in parts:
        part.seconds = data.draw(st.sampled_from([0.5, 1.0, 2.0, 3.0, 10.0]))
    before = decided("asha-cost", play, workers, picks)
    for part in parts:
        part.seconds *= 2.0**exponent  # exact in floating point
    assert decided("asha-cost", (parts, epochs), workers, picks) == before


@given(play=plays(), workers=st.integers(1, 4), data=st.data())
def test_pasha_trains_no_more_than_asha_and_one_trial(play: Play, workers: int, data: st.DataObject) -> None:
    parts, epochs = play
    pick = partial(pick_with, data)
    log = Stage(build("pasha", len(parts), epochs), parts, workers, epochs, pick).run()
    at_the_top = [name for name, epoch, _ in log if epoch == 9]
    arrived = [name for name, epoch, _ in log if epoch == 3]
    if epochs == 10:  # rungs at 1, 3 and 9: a third of those at 3, and perhaps the one that trains to the end
        assert len(at_the_top) <= len(arrived) // 3 + 1
