"""Shares and needs of random search against the whole sample, and by simulation of random search itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from results.statistics.random_search import at_ranks, needed, ranks, share_as_good


@pytest.mark.parametrize("mode", ["max", "min"])
@pytest.mark.parametrize("size", [1, 2, 7, 500, 16384])
def test_a_share_is_close_to_that_of_the_whole_sample(size: int, mode: str) -> None:
    generator = np.random.default_rng(size)
    sample = generator.normal(size=size)
    kept = at_ranks(sample, mode)
    wanted = np.concatenate([generator.choice(sample, 20), generator.normal(size=20)])
    exact = np.array([((sample >= v) if mode == "max" else (sample <= v)).mean() for v in wanted])
    found = share_as_good(wanted, kept, size, mode)
    # What was left out between two ranks lies within the 5 % between them, or within one configuration.
    assert (np.abs(found - exact) <= 0.06 * np.maximum(exact, found) + 1 / size).all()


def test_the_best_ranks_are_kept_one_by_one_and_the_last_too() -> None:
    assert ranks(1000)[:10].tolist() == list(range(1, 11))
    assert ranks(1000)[-1] == 1000 and ranks(0).size == 0


def test_what_is_tied_counts_as_as_good_and_what_is_not_finite_as_the_worst() -> None:
    kept = at_ranks([1.0, 1.0, 0.5, np.nan], "max")
    assert kept.tolist() == [1.0, 1.0, 0.5, 0.5]
    assert share_as_good([2.0, 1.0, 0.5, 0.1], kept, 4, "max").tolist() == [0.25, 0.5, 1.0, 1.0]
    assert np.isnan(share_as_good([np.nan], kept, 4, "max")).all()


@pytest.mark.parametrize("trials", [1, 2, 8, 32])
def test_random_search_needs_itself_as_many_configurations_as_it_has(trials: int) -> None:
    """The geometric mean is exp(H_n - 0.577...) of n trials: n + 1/2, so a speed-up of 1 + 1/(2n)."""
    generator = np.random.default_rng(trials)
    population = norm.ppf((np.arange(16384) + 0.5) / 16384)
    kept = at_ranks(population, "min")
    best = generator.normal(size=(20_000, trials)).min(axis=1)
    speed_up = needed(share_as_good(best, kept, len(population), "min")) / trials
    harmonic = sum(1 / n for n in range(1, trials + 1))
    assert np.exp(np.log(speed_up).mean()) == pytest.approx(
        np.exp(harmonic - np.euler_gamma) / trials, rel=0.03
    )
    if trials >= 8:
        assert np.exp(np.log(speed_up).mean()) == pytest.approx(1 + 1 / (2 * trials), rel=0.03)
