"""Runtimes to targets: by hand, against scipy's Kaplan-Meier estimate, and by the moments of restarts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from results.statistics.steps import Steps
from results.statistics.targets import (
    expected_runtime,
    first_hits,
    kaplan_meier,
    median_runtime,
    runtime_distribution,
    simulated_restarts,
)

RUNS = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=15).map(
    lambda runs: (np.array([s for s, _ in runs]), np.array([c for _, c in runs], dtype=float))
)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# First hits


def test_first_hits_by_hand() -> None:
    curve = Steps(np.array([1.0, 4, 6, 9]), np.array([0.2, 0.5, 0.5, 0.7]))
    success, cost = first_hits(curve, [0.1, 0.2, 0.3, 0.5, 0.7, 0.8], "max")
    assert success.tolist() == [True] * 5 + [False]
    assert cost.tolist() == [1, 1, 4, 4, 9, 9]
    mirrored = first_hits(Steps(curve.x, -curve.y), [-0.3, -0.8], "min")
    assert (mirrored.success.tolist(), mirrored.cost.tolist()) == ([True, False], [4, 9])
    with pytest.raises(ValueError, match="no point"):
        first_hits(Steps(np.empty(0), np.empty(0)), [1], "max")


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=9),
    st.lists(st.integers(-1, 10), max_size=5),
)
def test_a_target_is_reached_at_the_first_value_that_is_good_enough(
    values: list[int], targets: list[int]
) -> None:
    y = np.minimum.accumulate(values).astype(float)
    x = np.arange(1.0, len(y) + 1)
    success, cost = first_hits(Steps(x, y), targets, "min")
    for target, reached, spent in zip(targets, success, cost, strict=True):
        good = [t for t, value in zip(x, y, strict=True) if value <= target]
        assert reached == bool(good)
        assert spent == (good[0] if good else x[-1])


# Expected runtimes and restarts


def test_the_expected_runtime_by_hand() -> None:
    assert expected_runtime([True, False, True], [10, 100, 30]) == 70
    assert expected_runtime([False, False], [1, 2]) == math.inf


@given(RUNS, st.integers(1, 5))
def test_the_expected_runtime_is_that_of_restarts_by_theory(
    runs: tuple[np.ndarray, np.ndarray], scale: int
) -> None:
    # Mean cost of a success + (1 - p) / p times that of a failure (Auger and Hansen, CEC 2005).
    success, cost = runs
    p = success.mean()
    found = expected_runtime(success, cost)
    if p == 0:
        assert found == math.inf
    else:
        failed = cost[~success].mean() * (1 - p) / p if p < 1 else 0
        assert found == pytest.approx(cost[success].mean() + failed)
    assert expected_runtime(success[::-1], scale * cost[::-1]) == pytest.approx(scale * found)
    assert expected_runtime(np.tile(success, 3), np.tile(cost, 3)) == pytest.approx(found)


def test_restarts_have_the_moments_of_theory() -> None:
    success, cost = np.array([True, False, True, False, False]), np.array([10.0, 40, 30, 20, 60])
    drawn = simulated_restarts(success, cost, rng(), 40_000)
    # The number N of failures is geometric with p = 0.4, and each costs 40 on average.
    p, failures, wins = 0.4, cost[~success], cost[success]
    mean, variance = (1 - p) / p, (1 - p) / p**2
    assert mean * failures.mean() + wins.mean() == expected_runtime(success, cost) == 80
    spread = mean * failures.var() + variance * failures.mean() ** 2 + wins.var()
    assert drawn.mean() == pytest.approx(80, abs=4 * math.sqrt(spread / 40_000))
    assert drawn.var() == pytest.approx(spread, rel=0.05)
    assert (drawn == 10).mean() == pytest.approx(0.2, abs=0.008)  # at once, with the cheaper of two successes
    assert (drawn == 30).mean() == pytest.approx(0.2 + 0.2 * 0.2, abs=0.008)  # or 20, failed, and then 10


@given(RUNS, st.integers(0, 99))
def test_restarts_end_with_a_success_and_without_one_never(
    runs: tuple[np.ndarray, np.ndarray], seed: int
) -> None:
    success, cost = runs
    drawn = simulated_restarts(success, cost, rng(seed), 30)
    assert drawn.shape == (30,)
    if not success.any():
        assert np.all(drawn == math.inf)
    else:
        assert np.all(drawn >= cost[success].min())
        assert np.all(np.isfinite(drawn))
    if success.all():
        assert set(drawn) <= set(cost)
    np.testing.assert_array_equal(drawn, simulated_restarts(success, cost, rng(seed), 30))


# Distributions


def test_targets_that_are_never_reached_count_and_never_step() -> None:
    runtimes = np.array([[3, 8], [math.inf, 5], [3, math.inf]])
    share = runtime_distribution(runtimes, [0, 3, 4, 5, 8, 1e300])
    np.testing.assert_allclose(share, [0, 2 / 6, 2 / 6, 3 / 6, 4 / 6, 4 / 6])


@given(st.lists(st.floats(0, 100), min_size=1), st.lists(st.floats(-1, 101)))
def test_the_distribution_is_scipys_where_all_targets_are_reached(
    times: list[float], at: list[float]
) -> None:
    expected = stats.ecdf(times).cdf.evaluate(np.array(at)) if at else []
    np.testing.assert_allclose(runtime_distribution(times, at), expected)


@given(RUNS)
def test_kaplan_and_meiers_estimate_is_scipys(runs: tuple[np.ndarray, np.ndarray]) -> None:
    success, cost = runs
    found = kaplan_meier(success, cost)
    reference = stats.ecdf(stats.CensoredData.right_censored(cost, ~success)).sf
    np.testing.assert_allclose(found.y, reference.evaluate(found.x), atol=1e-12)
    assert found.x.tolist() == sorted(set(cost))
    median = median_runtime(success, cost)
    below = reference.quantiles[reference.probabilities <= 0.5 + 1e-12]
    assert median == (below[0] if below.size else math.inf)


def test_kaplan_and_meiers_textbook_example() -> None:
    # Freireich's 21 leukaemia patients on 6-MP (Cox and Oakes 1984): weeks to relapse, < 0 if censored.
    weeks = np.array(
        [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
    )
    left = kaplan_meier(weeks > 0, abs(weeks))
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    for week, share in published.items():
        assert left.y[left.x == week] == pytest.approx(share, abs=6e-4)
    assert median_runtime(weeks > 0, abs(weeks)) == 23


def test_censoring_does_not_bias_kaplan_and_meiers_median() -> None:
    # Runtimes are exponential, and budgets cut two fifths of them: the naive median of costs is far too low.
    generator = rng(1)
    medians, naive = [], []
    for _ in range(200):
        runtime, budget = generator.exponential(1, 100), generator.exponential(1.5, 100)
        cost = np.minimum(runtime, budget)
        medians.append(median_runtime(runtime <= budget, cost))
        naive.append(np.median(cost))
    assert np.median(medians) == pytest.approx(math.log(2), abs=0.04)
    assert np.median(naive) < 0.5


# What is refused


@pytest.mark.parametrize("call", [expected_runtime, kaplan_meier, median_runtime])
@pytest.mark.parametrize(
    ("success", "cost"),
    [
        ([], []),
        ([True], [1, 2]),
        ([[True]], [[1]]),
        ([True], [-1]),
        ([True], [math.nan]),
        ([False], [math.inf]),
    ],
)
def test_runs_that_are_refused(call: Any, success: list[bool], cost: list[float]) -> None:
    with pytest.raises(ValueError, match=r"expected|a cost is"):
        call(success, cost)
    with pytest.raises(ValueError, match=r"expected|a cost is"):
        simulated_restarts(success, cost, rng(), 3)


@pytest.mark.parametrize(
    ("runtimes", "budgets"), [([], [1]), ([math.nan, 1], [1]), ([1], [math.inf]), ([1], [math.nan])]
)
def test_distributions_that_are_refused(runtimes: list[float], budgets: list[float]) -> None:
    with pytest.raises(ValueError, match="at least one runtime"):
        runtime_distribution(runtimes, budgets)
