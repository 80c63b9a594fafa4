"""Features of curves whose answer is known."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from benchmarks.tasks.curve_features import (
    cost_spread,
    curve_features,
    effective_dimensions,
    noise,
    rank_correlation,
    top,
)
from benchmarks.tasks.sampled_curves import SampledCurves
from results.types import Floats

CHANCE = np.random.default_rng(0)
N = 400
UNKNOWN = np.full(N, np.nan)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_noise_is_its_share_of_the_variance_from_noise_free_values_or_from_two_seeds(share: float) -> None:
    many = 20_000
    true = CHANCE.normal(0, math.sqrt(1 - share), many)
    first, second = (true + CHANCE.normal(0, math.sqrt(share), many) for _ in range(2))
    unknown = np.full(many, np.nan)
    assert noise(first, true, unknown) == pytest.approx(share, abs=0.03)
    assert noise(first, unknown, second) == pytest.approx(share, abs=0.03)


def test_noise_is_not_decided_by_a_few_trainings_that_have_gone_wrong() -> None:
    true = CHANCE.normal(size=N)
    seen = true + 0.1 * CHANCE.normal(size=N)
    seen[:3] = 1e9
    assert noise(seen, true, UNKNOWN) < 0.3


def test_noise_of_values_without_variance_is_unknown() -> None:
    assert math.isnan(noise(np.ones(N), np.ones(N), UNKNOWN))
    assert math.isnan(noise(np.ones(N), UNKNOWN, UNKNOWN))


def test_cost_spread_is_the_90th_by_the_10th_percentile() -> None:
    assert cost_spread(np.geomspace(1, 10, 101)) == pytest.approx(10**0.8, rel=0.01)
    assert cost_spread(np.array([2.0, np.nan, 2.0])) == 1


def test_rank_correlation_is_of_ranks_and_leaves_out_what_has_failed() -> None:
    final = np.array([1.0, 2, 3, 4, np.nan])
    assert rank_correlation(np.exp(final), final) == pytest.approx(1)
    assert rank_correlation(-final, final) == pytest.approx(-1)
    assert math.isnan(rank_correlation(np.ones(5), final))


@pytest.mark.parametrize("matter", [1, 2, 3])
def test_effective_dimensions_are_those_that_matter(matter: int) -> None:
    points = CHANCE.random((1000, 5))
    value = (points[:, :matter] ** 2).sum(1)
    assert effective_dimensions(points, value) == matter


def test_effective_dimensions_of_what_no_forest_can_explain_are_unknown() -> None:
    assert math.isnan(effective_dimensions(CHANCE.random((N, 2)), np.ones(N)))
    assert math.isnan(effective_dimensions(CHANCE.random((N, 2)), UNKNOWN))


def test_top_is_counted_from_the_best_known_in_either_direction() -> None:
    values = np.arange(101.0)  # median 50
    assert top(values, maximised=False) == pytest.approx(6 / 101)  # 0 to 5
    assert top(-values, maximised=True) == pytest.approx(6 / 101)
    assert top(values, maximised=False, best=-50.0) == 0  # within -50 to -40
    assert top(np.append(values, np.nan), maximised=False, best=10.0) == pytest.approx(6 / 102)


def curves(values: Floats, **others: Any) -> SampledCurves:
    known: dict[str, Any] = {
        "points": CHANCE.random((len(values), 2)),
        "noise_free": values[:, -1],
        "again": np.full(len(values), np.nan),
        "seconds": np.full(len(values), 2.0),
        "diverged": np.zeros(len(values), dtype=bool),
    }
    return SampledCurves(values=values, **known | others)


def test_features_of_curves_that_keep_their_order_from_the_third_epoch_on() -> None:
    final = CHANCE.random(N)
    late = np.stack([CHANCE.random(N), final, final, final, final, final], axis=1)
    diverged = np.arange(N) < N / 4
    found = curve_features(curves(late, diverged=diverged), maximised=True)
    assert abs(found.rank_first) < 0.2
    assert found.rank_third == pytest.approx(1)
    assert (found.noise, found.cost_spread, found.seconds, found.diverged) == (0, 1, 12, 0.25)


def test_a_single_epoch_says_nothing_of_early_ones() -> None:
    found = curve_features(curves(CHANCE.random((N, 1))), maximised=True)
    assert math.isnan(found.rank_first)
    assert math.isnan(found.rank_third)
