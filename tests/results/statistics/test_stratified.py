"""Means over tasks, runtimes with restarts and Pareto fronts against known results, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from results.statistics.pareto import front
from results.statistics.runtimes import restart_profile
from results.statistics.stratified import stratified_mean


def test_one_task_has_the_t_interval() -> None:
    values = np.random.default_rng(1).normal(50, 10, (7, 1, 3))
    found = stratified_mean(values)
    expected = stats.ttest_1samp(values[:, 0], 0.0).confidence_interval()
    np.testing.assert_allclose([found.low, found.high], [expected.low, expected.high])
    np.testing.assert_allclose(found.mean, values.mean(axis=(0, 1)))


def test_two_tasks_have_welchs_interval() -> None:
    rng = np.random.default_rng(2)
    one, two = rng.normal(10, 1, 5), rng.normal(20, 8, 9)
    values = np.full((9, 2), np.nan)
    values[:5, 0], values[:, 1] = one, two
    found = stratified_mean(values)
    # The sum of two means is the difference to the other's negative, which is Welch's.
    welch = stats.ttest_ind(one, -two, equal_var=False).confidence_interval()
    np.testing.assert_allclose([found.low, found.high], [welch.low / 2, welch.high / 2])


def test_nothing_is_made_up_where_values_are_missing() -> None:
    values = np.array([[[1.0, 1.0], [np.nan, 5.0]], [[3.0, np.nan], [np.nan, np.nan]]])
    found = stratified_mean(values)
    np.testing.assert_array_equal(found.mean, [np.nan, 3.0])
    assert np.isnan([found.low, found.high]).all()
    same = stratified_mean(np.full((4, 2), 7.0))
    assert (same.mean, same.low, same.high) == (7.0, 7.0, 7.0)


@pytest.mark.parametrize(("repetitions", "tasks"), [(3, 1), (3, 3), (5, 2), (10, 3)])
def test_the_interval_covers_the_truth_as_often_as_it_says(repetitions: int, tasks: int) -> None:
    n = 6000
    spread = np.geomspace(1, 10, tasks)[:, None]
    values = np.random.default_rng(3).normal(0, 1, (repetitions, tasks, n)) * spread
    found = stratified_mean(values)
    covered = ((found.low <= 0) & (found.high >= 0)).mean()
    error = 3 * np.sqrt(0.95 * 0.05 / n)
    assert 0.95 - error - 0.01 <= covered <= 0.95 + error + 0.025  # Satterthwaite is cautious with 3


def test_restarts_of_runs_that_always_succeed_have_the_runs_own_distribution() -> None:
    cost = np.arange(1.0, 11.0).reshape(10, 1, 1)
    budgets = np.arange(0.5, 11.0)
    found = restart_profile(np.ones_like(cost, dtype=bool), cost, budgets, np.random.default_rng(0))
    np.testing.assert_allclose(found.share, np.arange(11) / 10, atol=0.12)
    assert (found.low <= found.share + 1e-9).all()
    assert (found.high >= found.share - 1e-9).all()
    assert np.ptp(found.high - found.low) > 0.2


def test_a_target_that_no_run_reaches_is_never_reached_and_halves_the_share() -> None:
    cost = np.full((5, 1, 2), 2.0)
    success = np.array([[[True, False]]] * 5)
    found = restart_profile(success, cost, np.array([1.0, 2.0, 1e9]), np.random.default_rng(0))
    for shares in found:
        np.testing.assert_array_equal(shares, [0.0, 0.5, 0.5])


def test_restarts_add_up_to_the_expected_runtime() -> None:
    """A run of cost 1 that succeeds with p = 1/4: the share within b is 1 - (3/4)^b."""
    success = np.array([True, False, False, False]).reshape(4, 1, 1)
    budgets = np.arange(1.0, 15.0)
    found = restart_profile(success, np.ones((4, 1, 1)), budgets, np.random.default_rng(0), resamples=0)
    np.testing.assert_allclose(found.share, 1 - 0.75**budgets, atol=0.1)
    assert np.isnan(found.low).all()


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12))
def test_the_front_is_what_no_point_dominates(points: list[tuple[int, int]]) -> None:
    cost, value = (np.array(column, dtype=float) for column in zip(*points, strict=True))
    undominated = [
        place
        for place, (dear, good) in enumerate(points)
        if not any((d <= dear and g >= good) and (d, g) != (dear, good) for d, g in points)
    ]
    assert sorted(front(cost, value)) == undominated
