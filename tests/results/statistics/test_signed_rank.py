"""Wilcoxon's signed-rank test: against scipy, all sign patterns and a textbook; its level; what n allows."""

from __future__ import annotations

import itertools
import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from results.statistics.signed_rank import (
    EXACT_UP_TO,
    differences_of,
    pairs_needed,
    signed_rank_distribution,
    signed_rank_p,
    smallest_p,
)

# Hollander and Wolfe's depression scores, the example of R's wilcox.test.
BEFORE = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
AFTER = np.array([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])

TIED = arrays(float, st.integers(1, 9), elements=st.integers(-4, 4))


def by_all_signs(d: np.ndarray) -> float:
    """Return the share of all sign patterns at least as far from the middle, by Pratt's ranks."""
    ranks = stats.rankdata(np.abs(d))[d != 0]
    signs = np.array(list(itertools.product([-1, 1], repeat=len(ranks)))).reshape(2 ** len(ranks), -1)
    observed = (ranks * np.sign(d[d != 0])).sum()
    return float((np.abs(signs @ ranks) >= abs(observed) - 1e-9).mean())


@given(TIED)
def test_p_is_the_share_of_all_sign_patterns_with_ties_and_zeros(d: np.ndarray) -> None:
    assert signed_rank_p(d) == pytest.approx(by_all_signs(d))


@pytest.mark.parametrize("n", [1, 2, 5, 9, 20, 50])
def test_p_is_scipys_exact_one_where_there_are_no_ties(n: int) -> None:
    for shift in (0.0, 0.3, 1.0):
        d = np.random.default_rng(n).normal(shift, size=n)
        assert signed_rank_p(d) == pytest.approx(stats.wilcoxon(d, method="exact").pvalue, rel=1e-9)


def test_p_of_a_textbook() -> None:
    assert signed_rank_p(BEFORE - AFTER) == pytest.approx(0.0390625)  # R 4: V = 40, p-value = 0.03906


def test_leaving_out_zeros_first_would_turn_evidence_around_but_pratts_way_does_not() -> None:
    # By hand: ranks 1 2 3.5 3.5, that of the zero is left out; sums of + of 9 or 0 come with 2 in 8.
    assert signed_rank_p([0, 1, 2, 2]) == 0.25
    assert signed_rank_p([0, 0, 0]) == 1


def test_the_normal_approximation_takes_over_smoothly() -> None:
    d = np.random.default_rng(3).normal(0.2, size=101)
    assert len(d) == EXACT_UP_TO + 1
    exact = stats.wilcoxon(d, method="exact").pvalue
    assert signed_rank_p(d) == pytest.approx(exact, rel=0.03)
    assert signed_rank_p(d) != exact
    assert signed_rank_p(d[1:]) == pytest.approx(stats.wilcoxon(d[1:], method="exact").pvalue, rel=1e-9)


def test_the_normal_approximation_with_ties_and_zeros_by_hand() -> None:
    d = np.rint(np.random.default_rng(4).normal(0.3, size=200))
    signed = np.sign(d) * stats.rankdata(np.abs(d))
    z = signed.sum() / math.sqrt((signed**2).sum())
    assert np.count_nonzero(d) > EXACT_UP_TO
    assert signed_rank_p(d) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)


@settings(max_examples=50)
@given(TIED, st.randoms(use_true_random=False))
def test_p_does_not_depend_on_order_sign_or_unit(d: np.ndarray, random: Random) -> None:
    shuffled = np.array(sorted(d, key=lambda _: random.random()))
    assert signed_rank_p(shuffled) == signed_rank_p(d)
    assert signed_rank_p(-d) == pytest.approx(signed_rank_p(d))
    assert signed_rank_p(d / 1024) == signed_rank_p(d)


@pytest.mark.parametrize("step", [0.0, 0.5, 1.5])
def test_its_level_holds_with_ties_and_zeros(step: float) -> None:
    # Rounded to steps: none; a fifth of zeros; mostly zeros.
    d = np.random.default_rng(8).normal(size=(1000, 12))
    d = np.rint(d / step) * step if step else d
    rejected = np.mean([signed_rank_p(row) <= 0.05 for row in d])
    assert rejected <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 1000)
    assert rejected >= (0.02 if step < 1 else 0.003)


@given(st.lists(st.integers(1, 12), max_size=9))
def test_the_distribution_counts_subsets(places: list[int]) -> None:
    sums = [sum(chosen) for k in range(len(places) + 1) for chosen in itertools.combinations(places, k)]
    expected = np.bincount(sums, minlength=sum(places) + 1) / 2 ** len(places)
    np.testing.assert_allclose(signed_rank_distribution(np.array(places, dtype=int)), expected, atol=1e-12)


def test_differences_that_are_equal_but_for_rounding_tie() -> None:
    a, b = np.array([0.3, 0.2, 0.9]), np.array([0.2, 0.1, 0.9])
    assert (a - b)[0] != (a - b)[1]
    d = differences_of(a, b)
    assert d[0] == d[1] == 0.1
    assert d[2] == 0
    assert signed_rank_p(d) == 0.5
    for scale in (1e-200, 1e-9, 1e6, 1e300):
        d = differences_of(a * scale, b * scale)
        assert d[0] == d[1]
        np.testing.assert_allclose(d, (a - b) * scale, rtol=1e-9, atol=1e-12 * scale)


def test_differences_keep_what_is_missing_and_zeros() -> None:
    np.testing.assert_array_equal(differences_of([1, math.nan, 0], [3, 1, 0]), [-2, math.nan, 0])
    np.testing.assert_array_equal(differences_of([0, 0], [0, 0]), [0, 0])


# What n pairs can show


@pytest.mark.parametrize("n", range(1, 9))
def test_the_smallest_p_is_that_of_differences_of_one_sign(n: int) -> None:
    assert signed_rank_p(np.arange(1.0, n + 1)) == pytest.approx(smallest_p(n))


def test_five_pairs_are_never_significant() -> None:
    assert (smallest_p(5), smallest_p(6)) == (0.0625, 0.03125)
    assert pairs_needed(0.05) == 6
    assert pairs_needed(0.0625) == 5  # reached, not passed: p <= level rejects
    assert pairs_needed(0.05, tests=45) == 11  # 0.05 / 45 = 0.0011; 2 / 2**10 = 0.0020, 2 / 2**11 = 0.0010


@given(st.floats(1e-6, 0.5), st.integers(1, 500))
def test_pairs_needed_is_the_least_that_suffices(level: float, tests: int) -> None:
    n = pairs_needed(level, tests)
    assert smallest_p(n) * tests <= level * (1 + 1e-12)
    assert n == 1 or smallest_p(n - 1) * tests > level * (1 - 1e-12)


@pytest.mark.parametrize(("level", "tests"), [(0, 1), (1, 1), (5, 1), (0.05, 0)])
def test_levels_that_are_refused(level: float, tests: int) -> None:
    with pytest.raises(ValueError, match="expected one in"):
        pairs_needed(level, tests)
