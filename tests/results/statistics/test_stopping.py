"""The cost and the savings of early stopping: by hand, by property, and Wilson's interval by statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from results.statistics.stopping import stopping, wilson


def test_two_experiments_by_hand() -> None:
    # The first stops its winner after 1 of 4 epochs and keeps the second best; the other keeps the winner.
    found = stopping(
        experiment=[0, 0, 0, 1, 1],
        full=[0.9, 0.8, 0.1, 0.7, 0.95],
        reached=[0.5, 0.8, np.nan, 0.6, 0.95],
        stopped=[True, False, True, True, False],
        epochs=[1, 4, 1, 2, 4],
        full_epochs=[4, 4, 4, 4, 4],
    )
    assert found.lost.tolist() == [True, False]
    assert found.regret == pytest.approx([0.1, 0.0])
    assert found.saved == pytest.approx([0.5, 0.25])


def test_a_winner_survives_if_any_of_equals_does() -> None:
    one_left = stopping([0, 0], [1, 1], [0.2, 1], [True, False], [1, 3], [3, 3])
    none_left = stopping([0, 0], [1, 1], [0.2, 0.4], [True, True], [1, 2], [3, 3])
    assert (one_left.lost.tolist(), none_left.lost.tolist()) == ([False], [True])
    assert none_left.regret == pytest.approx([0.6])


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="1 trials have no full curve"):
        stopping([0, 0], [1, np.nan], [1, 1], [False, False], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="experiment 1 has no trial"):
        stopping([0, 2], [1, 1], [1, 1], [False, False], [1, 1], [1, 1])


@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_a_scheduler_that_stops_nothing_loses_and_saves_nothing(n: int, trials: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    which = np.concatenate([np.arange(n), rng.integers(0, n, trials)])
    curves = rng.integers(0, 5, (len(which), 6)).astype(float)
    length = rng.integers(1, 7, len(which))
    full, reached = curves.max(axis=1), np.array([c[:e].max() for c, e in zip(curves, length, strict=True)])
    kept = stopping(
        which, full, full, np.zeros(len(which), bool), np.full(len(which), 6), np.full(len(which), 6)
    )
    assert not kept.lost.any()
    assert not kept.regret.any()
    assert not kept.saved.any()
    # What stops can only lose; and where no winner was stopped, nothing was lost.
    cut = stopping(which, full, reached, length < 6, length, np.full(len(which), 6))
    assert (cut.regret >= 0).all()
    assert not cut.regret[~cut.lost].any()
    assert ((cut.saved >= 0) & (cut.saved < 1)).all()


@pytest.mark.parametrize(("successes", "n"), [(0, 10), (3, 10), (10, 10), (1, 1), (37, 300)])
def test_wilson_is_that_of_statsmodels(successes: int, n: int) -> None:
    for level in (0.8, 0.95):
        expected = proportion_confint(successes, n, alpha=1 - level, method="wilson")
        assert wilson(successes, n, level) == pytest.approx((successes / n, *expected), abs=1e-12)


def test_wilson_covers_on_average_what_it_promises() -> None:
    # For a single share it may cover more or less; over all shares from 0 to 1 it covers 95 % of the time.
    shares = np.linspace(0.005, 0.995, 199)
    intervals = [wilson(k, 10) for k in range(11)]
    inside = np.array([[i.low <= share <= i.high for i in intervals] for share in shares])
    chance = stats.binom.pmf(np.arange(11), 10, shares[:, None])
    assert (inside * chance).sum(axis=1).mean() == pytest.approx(0.95, abs=0.01)


def test_no_share_of_nothing() -> None:
    for successes, n in ((0, 0), (3, 2), (-1, 4)):
        with pytest.raises(ValueError, match="is not a share"):
            wilson(successes, n)
