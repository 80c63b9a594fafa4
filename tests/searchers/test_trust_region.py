"""The trust region of TuRBO: when it grows, shrinks and ends, and which box it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from searchers._trust_region import TrustRegion


def region(costs: list[float] | None = None, **changed: float) -> TrustRegion:
    """Return a region of two dimensions that has had its first two results."""
    options = {"n_init": 2, "length": 0.8, "most": 1.6, "least": 0.1} | changed
    made = TrustRegion(**options, success_tolerance=3, failure_tolerance=4)
    for number, cost in enumerate(costs or [5.0, 4.0]):
        made.learn([0.1 * number, 0.5], cost)
    return made


def test_first_results_neither_grow_nor_shrink_it() -> None:
    made = region([5.0])
    assert not made.modelled
    made.learn([0.5, 0.5], 4.0)
    assert made.modelled
    assert (made.successes, made.failures, made.length) == (0, 0, 0.8)


def test_it_doubles_after_three_successes_in_a_row_and_no_further_than_its_most() -> None:
    made = region()
    for cost in (3.0, 2.0, 1.0):
        assert made.length == 0.8
        made.learn([0.5, 0.5], cost)
    assert made.length == 1.6
    for cost in (0.9, 0.8, 0.7):
        made.learn([0.5, 0.5], cost)
    assert made.length == 1.6


def test_it_halves_after_four_results_in_a_row_that_are_no_success() -> None:
    made = region()
    for cost in (4.0, 3.9999, None):  # the same, a gain of less than a thousandth, a failed trial
        made.learn([0.5, 0.5], cost)
    made.learn([0.5, 0.5], 3.0)  # a success between them
    for _ in range(3):
        made.learn([0.5, 0.5], 7.0)
    assert made.length == 0.8
    made.learn([0.5, 0.5], 7.0)
    assert made.length == 0.4


def test_it_ends_when_it_is_too_small() -> None:
    made = region()
    for _ in range(3 * 4):
        assert not made.ended
        made.learn([0.5, 0.5], 7.0)
    assert made.length == pytest.approx(0.1)
    for _ in range(4):
        made.learn([0.5, 0.5], 7.0)
    assert made.ended


def test_failed_trials_are_no_data() -> None:
    made = region([5.0])
    made.learn([0.9, 0.9], None)
    assert made.costs == [5.0]
    assert not made.modelled


@given(arrays(float, 3, elements=st.floats(0.01, 4.0)), st.floats(0.01, 0.3))
def test_box_lies_around_the_best_point_with_the_volume_of_its_length(
    lengthscales: np.ndarray, length: float
) -> None:
    made = TrustRegion(1, length, 1.6, 0.001, 3, 4)
    made.learn([0.5, 0.5, 0.5], 1.0)
    made.learn([0.1, 0.1, 0.1], 2.0)
    low, high = made.box(lengthscales)
    assert np.all((low >= 0) & (high <= 1) & (low < 0.5) & (high > 0.5))
    sides = high - low
    if np.all(sides < 1):
        assert np.prod(sides) == pytest.approx(length**3)
        assert np.allclose(sides / sides[0], lengthscales / lengthscales[0])
