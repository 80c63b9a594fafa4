"""Aggregates: rliable's numbers, missing runs, invariances, and whether intervals cover."""

from __future__ import annotations

import math
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from results.statistics import aggregate
from results.statistics.aggregate import (
    Statistic,
    interquartile_mean,
    mean,
    median,
    optimality_gap,
    performance_profile,
    probability_of_improvement,
    with_interval,
)

A = np.array([[12, 80, 55, 99], [35, 91, 40, 105], [28, 88, 61, 97], [-5, 60, 47, 101], [31, 85, 52, 93.0]])
B = np.array([[31, 70, 50, 93], [20, 80, 58, 88], [10, 66, 44, 97], [28, 95, 39, 90], [15, 72, 52, 101.0]])
STATISTICS = [interquartile_mean, mean, median, optimality_gap]

# Whole numbers, of which sums are exact.
SCORES = arrays(float, st.tuples(st.integers(2, 6), st.integers(1, 5)), elements=st.integers(-50, 150))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def win(a: np.ndarray, b: np.ndarray, paired: bool = False) -> float:
    return probability_of_improvement(a, b, rng(), paired, resamples=2).estimate


# Estimates


@pytest.mark.parametrize(
    ("statistic", "of_a", "of_b"),
    [
        (interquartile_mean, 65.9, 61.9),
        (mean, 62.75, 59.95),
        (median, 65.9, 62.6),
        (optimality_gap, 37.55, 40.1),
    ],
)
def test_numbers_of_rliable(statistic: Statistic, of_a: float, of_b: float) -> None:
    # rliable 1.2.0: aggregate_iqm, aggregate_mean, aggregate_median, aggregate_optimality_gap(gamma=100).
    assert float(statistic(A)) == pytest.approx(of_a)
    assert float(statistic(B)) == pytest.approx(of_b)


def test_the_probability_of_improvement_of_rliable() -> None:
    # rliable 1.2.0, probability_of_improvement; there are ties in these scores.
    assert win(A, B) == pytest.approx(0.645)
    assert win(B, A) == pytest.approx(0.355)


@given(SCORES)
def test_the_interquartile_mean_is_a_trimmed_mean_of_all_runs(scores: np.ndarray) -> None:
    expected = stats.trim_mean(scores, 0.25, axis=None)
    assert float(interquartile_mean(scores)) == pytest.approx(expected, abs=1e-9)


@given(arrays(float, (5, 1), elements=st.integers(0, 9)), arrays(float, (4, 1), elements=st.integers(0, 9)))
def test_the_probability_of_improvement_in_one_task_is_the_mann_whitney_statistic(
    a: np.ndarray, b: np.ndarray
) -> None:
    assert win(a, b) == pytest.approx(stats.mannwhitneyu(a[:, 0], b[:, 0]).statistic / 20)


def test_missing_runs_by_hand() -> None:
    nan = math.nan
    scores = np.array([[0, 60], [nan, 80], [30, 130], [nan, 90.0]])
    assert float(mean(scores)) == (15 + 90) / 2
    assert float(median(np.column_stack([scores, [nan, 7, nan, nan]]))) == 15
    # Of 0, 30, 60, 80, 90, 130 one is cut at each end.
    assert float(interquartile_mean(scores)) == (30 + 60 + 80 + 90) / 4
    assert float(optimality_gap(scores)) == ((100 + 70) / 2 + (40 + 20 + 0 + 10) / 4) / 2
    # In the first task 2 of 4 pairs are won (30 > 10 and 30 > 20), in the second 1 of 4 and a tie.
    assert win(scores, np.array([[10, 90.0], [20, nan]])) == (2 / 4 + (1 + 0.5) / 4) / 2


def test_many_sets_at_once_are_as_one_by_one() -> None:
    many = rng().normal(size=(7, 5, 4))
    many[:, 3:, 1] = math.nan
    for statistic in STATISTICS:
        np.testing.assert_allclose(statistic(many), [float(statistic(one)) for one in many])


@settings(max_examples=30)
@given(SCORES, st.randoms(use_true_random=False), st.integers(-9, 9))
def test_the_order_of_repetitions_and_tasks_does_not_matter_and_scale_passes_through(
    scores: np.ndarray, random: Random, shift: int
) -> None:
    generator = rng(random.randrange(99))
    shuffled = generator.permuted(scores, axis=0)[:, generator.permutation(scores.shape[1])]
    for statistic in (interquartile_mean, mean, median):
        assert float(statistic(shuffled)) == pytest.approx(float(statistic(scores)), abs=1e-9)
        moved = float(statistic(3 * scores + shift))
        assert moved == pytest.approx(3 * float(statistic(scores)) + shift, abs=1e-9)
        assert float(statistic(-scores)) == pytest.approx(-float(statistic(scores)), abs=1e-9)
    gap = float(optimality_gap(3 * shuffled + shift, target=300 + shift))
    assert gap == pytest.approx(3 * float(optimality_gap(scores)), abs=1e-9)


@given(SCORES, st.integers(1, 5))
def test_improvement_is_about_order_only_and_the_two_directions_sum_to_one(
    scores: np.ndarray, rows: int
) -> None:
    a, b = scores[:rows], scores[1:] + 3
    assert win(np.exp(a / 20), np.exp(b / 20)) == win(a, b)
    assert win(a, b) + win(b, a) == pytest.approx(1)


# Intervals


def covered(statistic: Statistic, truth: float, shape: tuple[int, int], experiments: int = 300) -> float:
    """Return how often 95 % intervals hold the truth, for normal scores whose task means are 0, 1, 2 ..."""
    generator = rng(3)
    hits = 0
    for _ in range(experiments):
        scores = generator.normal(size=shape) + np.arange(shape[1])
        _, low, high = with_interval(scores, statistic, generator, resamples=400)
        hits += low <= truth <= high
    return hits / experiments


# The standard error of the coverage is 0.013.


@pytest.mark.parametrize("repetitions", [3, 8])
@pytest.mark.parametrize("statistic", [mean, interquartile_mean])
def test_intervals_cover(statistic: Statistic, repetitions: int) -> None:
    # Draws of n instead of n - 1 cover in 86 % of the cases of 3 repetitions.
    assert 0.91 <= covered(statistic, 5.5, (repetitions, 12)) <= 0.985


def test_intervals_of_one_task_with_few_repetitions_are_too_narrow_as_documented() -> None:
    assert 0.7 <= covered(interquartile_mean, 0.0, (3, 1)) <= 0.84


def test_intervals_are_the_bootstraps_of_scipy_where_that_draws_alike() -> None:
    # With one task and many repetitions, a draw of n - 1 hardly differs from one of n.
    scores = rng(1).gamma(2, size=(400, 1))
    found = with_interval(scores, mean, rng(), level=0.9)
    reference = stats.bootstrap(
        (scores[:, 0],), np.mean, confidence_level=0.9, n_resamples=2000, method="percentile", rng=rng(2)
    ).confidence_interval
    width = reference.high - reference.low
    assert found.low == pytest.approx(reference.low, abs=0.06 * width)
    assert found.high == pytest.approx(reference.high, abs=0.06 * width)


@pytest.mark.parametrize(("paired", "correlation"), [(False, 0.0), (True, 0.8), (True, -0.8)])
def test_intervals_of_the_probability_of_improvement_cover(paired: bool, correlation: float) -> None:
    truth = stats.norm.cdf(0.3 / math.sqrt(2 - 2 * correlation))
    generator, hits = rng(4), 0
    for _ in range(300):
        a, own = generator.normal(size=(2, 6, 10))
        b = correlation * a + math.sqrt(1 - correlation**2) * own - 0.3
        _, low, high = probability_of_improvement(a, b, generator, paired, resamples=300)
        hits += low <= truth <= high
    assert 0.91 <= hits / 300 <= 0.985


def test_paired_runs_meet_only_their_partners() -> None:
    nan = math.nan
    a, b = np.array([[1, 5, 3, nan, 4]]).T, np.array([[2, 4, nan, 0, 4]]).T
    assert win(a, b, paired=True) == (0 + 1 + 0.5) / 3
    assert win(a, b) == (1 + 4 + 2 + 3) / 16


def test_one_repetition_gives_an_estimate_but_no_interval() -> None:
    scores = np.array([[3.0, 4.0], [math.nan, 6.0]])
    for statistic in STATISTICS:
        found = with_interval(scores, statistic, rng(), resamples=20)
        assert math.isfinite(found.estimate)
        assert math.isnan(found.low)
        assert math.isnan(found.high)
    alone = probability_of_improvement(A, B[:1], rng(), paired=False, resamples=20)
    assert math.isnan(alone.low)


def test_same_generator_same_interval_and_more_level_more_width() -> None:
    found = [
        with_interval(A, interquartile_mean, rng(seed), level)
        for seed, level in ((0, 0.95), (0, 0.95), (0, 0.5))
    ]
    assert found[0] == found[1]
    assert found[0].low < found[2].low < found[2].estimate < found[2].high < found[0].high


# Profiles


def test_a_profile_by_hand() -> None:
    scores = np.array([[0, 60], [math.nan, 80], [30, 130.0]])
    found = performance_profile(scores, [-1, 0, 30, 60, 130], rng())
    np.testing.assert_allclose(found.share, [1, (1 / 2 + 1) / 2, 1 / 2, (2 / 3) / 2, 0])
    assert np.all((found.low <= found.share) & (found.share <= found.high))
    assert (found.low[0], found.high[-1]) == (1, 0)


@settings(max_examples=30)
@given(SCORES)
def test_a_profile_falls_and_its_area_is_the_mean(scores: np.ndarray) -> None:
    grid = np.arange(-50, 150)
    share = performance_profile(scores, grid, rng(), resamples=5).share
    assert np.all(np.diff(share) <= 1e-12)
    assert share.sum() - 50 == pytest.approx(float(mean(scores)), abs=1e-9)


def test_the_band_of_a_profile_covers_pointwise() -> None:
    generator, points, hits = rng(7), np.array([-0.5, 0.0, 1.0]), np.zeros(3)
    for _ in range(300):
        found = performance_profile(generator.normal(size=(5, 12)), points, generator, resamples=300)
        truth = stats.norm.sf(points)
        hits += (found.low <= truth) & (truth <= found.high)
    assert np.all((hits / 300 >= 0.91) & (hits / 300 <= 0.985))


# What is refused


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        ([[1.0, math.nan], [2.0, math.nan]], r"no score in tasks \[1\]"),
        ([[1.0, math.inf]], "infinite"),
        ([1.0, 2.0], "expected \\(repetitions, tasks\\)"),
        (np.empty((3, 0)), "no score"),
    ],
)
def test_scores_that_are_refused(scores: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        with_interval(scores, mean, rng())


def test_shapes_and_levels_that_are_refused() -> None:
    with pytest.raises(ValueError, match="do not belong together"):
        probability_of_improvement(A, B[:, :3], rng(), paired=False)
    with pytest.raises(ValueError, match="do not belong together"):
        probability_of_improvement(A, B[:3], rng(), paired=True)
    with pytest.raises(ValueError, match="the level is 95"):
        with_interval(A, mean, rng(), level=95)


def test_another_target() -> None:
    found = with_interval(A, partial(optimality_gap, target=50), rng())
    assert found.estimate == np.maximum(50 - A, 0).mean()
    assert aggregate.TARGET == 100
