"""Curves: incumbents, common grids and bands, by properties and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from results.figures import limits
from results.statistics import intervals, steps
from results.statistics.steps import Steps

ANY = hnp.arrays(float, st.integers(0, 30), elements=st.floats(-1e6, 1e6) | st.sampled_from([np.nan, np.inf]))
FINITE = hnp.arrays(float, st.integers(1, 20), elements=st.floats(0, 1))
STEPS = st.lists(st.tuples(st.integers(0, 40), st.floats(0, 1)), min_size=1, max_size=15).map(
    lambda points: Steps(
        np.array(sorted(x for x, _ in points), dtype=float), np.maximum.accumulate([y for _, y in points])
    )
)


@given(ANY)
def test_the_incumbent_is_monotone_ignores_what_is_not_finite_and_ends_at_the_best(
    values: np.ndarray,
) -> None:
    best = steps.best_so_far(values, "max")
    finite = values[np.isfinite(values)]
    known = best[~np.isnan(best)]
    assert len(best) == len(values)
    assert np.all(np.diff(known) >= 0)
    assert set(known) <= set(finite)
    assert not finite.size or best[-1] == finite.max()
    first = int(np.argmax(np.isfinite(values))) if finite.size else len(values)
    assert np.isnan(best[:first]).all()


@given(ANY)
def test_min_mirrors_max(values: np.ndarray) -> None:
    np.testing.assert_array_equal(steps.best_so_far(values, "min"), -steps.best_so_far(-values, "max"))
    low, high = limits.robust_limits([values], "max")
    if np.isfinite(values).any():
        assert limits.robust_limits([-values], "min") == (-high, -low)


@given(STEPS)
def test_sampling_at_its_own_points_gives_the_curve_and_outside_of_it_nothing(curve: Steps) -> None:
    last_of_equals = np.append(np.diff(curve.x) > 0, True)
    np.testing.assert_array_equal(
        steps.sample(curve, curve.x[last_of_equals]), curve.y[last_of_equals], strict=True
    )
    assert np.isnan(steps.sample(curve, np.array([curve.x[0] - 1, curve.x[-1] + 1]))).all()


@given(st.lists(STEPS, min_size=1, max_size=8))
def test_the_mean_is_monotone_inside_the_range_and_never_beyond_the_shortest(several: list[Steps]) -> None:
    grid, summary = intervals.mean_curve(several)
    assert summary.n == len(several)
    if not len(grid):
        return
    assert grid[0] >= max(curve.x[0] for curve in several)
    assert grid[-1] <= min(curve.x[-1] for curve in several)
    values = np.array([steps.sample(curve, grid) for curve in several])
    assert np.isfinite(values).all()
    assert np.all(np.diff(summary.mean) >= -1e-12)
    slack = 1e-12
    assert np.all((summary.low <= summary.mean + slack) & (summary.mean <= summary.high + slack))
    assert np.all((values.min(axis=0) <= summary.mean + slack) & (summary.mean <= values.max(axis=0) + slack))


@given(FINITE)
def test_the_mean_of_equal_curves_is_the_curve_without_width(values: np.ndarray) -> None:
    curve = Steps(np.arange(len(values), dtype=float), np.maximum.accumulate(values))
    grid, summary = intervals.mean_curve([curve] * 7)
    np.testing.assert_array_equal(grid, curve.x)
    np.testing.assert_allclose(summary.mean, curve.y)
    np.testing.assert_allclose(summary.high - summary.low, 0, atol=1e-12)


def test_the_band_is_the_t_interval_of_any_number_of_repetitions() -> None:
    few = intervals.summarise(np.array([[1.0], [2.0], [6.0]]))
    # mean 3, standard deviation 2.6458, t(0.975, 2) = 4.3027
    assert few.high[0] - few.mean[0] == pytest.approx(4.3027 * 2.6458 / np.sqrt(3), abs=1e-3)
    many = intervals.summarise(np.arange(1.0, 7.0)[:, None])
    # mean 3.5, standard deviation 1.8708, t(0.975, 5) = 2.5706
    assert many.high[0] == pytest.approx(3.5 + 2.5706 * 1.8708 / np.sqrt(6), abs=1e-3)
    alone = intervals.summarise(np.array([[2.0]]))
    assert (alone.low[0], alone.high[0]) == (2.0, 2.0)
    assert intervals.band_in_words([3, 1]) == "the 95 % t-interval of the mean"
    assert intervals.band_in_words([1]) == ""


def test_an_empty_curve_and_curves_that_never_meet_give_no_grid() -> None:
    nothing = Steps(np.empty(0), np.empty(0))
    early, late = Steps(np.array([1.0, 2]), np.array([1.0, 1])), Steps(np.array([5.0, 6]), np.array([1.0, 1]))
    assert not len(steps.common_grid([early, nothing]))
    assert not len(intervals.mean_curve([early, late])[0])
    assert intervals.mean_curve([nothing])[1].n == 0


def test_limits_cut_chance_level_failures_only_where_that_helps() -> None:
    good, chance = np.linspace(0.90, 0.97, 20), np.full(10, 0.1)
    assert limits.robust_limits([good, chance], "max") == (0.90, 0.97)
    assert limits.robust_limits([-good, -chance], "min") == (-0.97, -0.90)
    learning = np.linspace(0.2, 0.97, 20)
    assert limits.robust_limits([learning, chance], "max") == (0.1, 0.97)
    jump = np.append(np.full(3, 0.1), np.full(6, 0.95))  # a failure that goes on from a good checkpoint
    assert limits.robust_limits([good, good, jump], "max") == (0.90, 0.97)
    assert limits.robust_limits([np.array([np.nan])], "max") == (0.0, 1.0)


def test_one_combination_above_all_others_does_not_make_failures_of_them() -> None:
    cells = [*np.linspace(8.0, 8.5, 20)[:, None], *np.linspace(5.7, 5.8, 4)[:, None]]
    assert limits.robust_limits(cells, "min", least=0.5) == (5.7, 8.5)
    assert limits.robust_limits(cells[:3] + cells[20:], "min", least=0.5) == (5.7, 5.8)  # three are few


def test_a_few_combinations_are_all_within_the_limits() -> None:
    assert limits.limits_of_values(np.array([2.182, 2.295, 1.637, 2.298]), "max") == (1.637, 2.298)
    many = np.array([*np.linspace(0.9, 0.97, 12), 0.1])
    assert limits.limits_of_values(many, "max") == (0.9, 0.97)
