"""Two methods: against R's and a textbook's example, scipy, baycomp and cases by hand; do intervals cover?"""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from test_signed_rank import AFTER, BEFORE

from results.statistics.differences import (
    bayesian_signed_rank,
    cliffs_delta,
    hodges_lehmann,
    paired_probability,
)
from results.statistics.signed_rank import EXACT_UP_TO

D = np.array([1.2, -0.4, 2.5, 0.3, 1.9, -1.1, 0.8, 3.0, 0.1, 1.4])
E = np.array([0.02, -0.01, 0.03, 0.05, -0.02, 0.01, 0.04, -0.03, 0.02, 0.015, 0.06, -0.005])
Z = np.array([0, 0, 1, -1, 2, 2, 0.5, -0.5])
WHOLE = arrays(float, st.integers(1, 14), elements=st.integers(-20, 20))


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


# Hodges and Lehmann


def test_the_example_of_hollander_and_wolfe() -> None:
    # Their examples 3.3 and 3.4, and R's wilcox.test(after - before, conf.int = TRUE).
    assert hodges_lehmann(AFTER - BEFORE) == pytest.approx((-0.46, -0.786, -0.010))


@pytest.mark.parametrize("n", [6, 7, 12, 25])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_is_what_scipys_exact_test_does_not_reject(n: int, level: float) -> None:
    d = rng(n).normal(size=n)
    _, low, high = hodges_lehmann(d, level)

    def p(shift: float) -> float:
        return float(stats.wilcoxon(d - shift, method="exact").pvalue)

    assert p(low - 1e-9) <= 1 - level < p(low + 1e-9)
    assert p(high + 1e-9) <= 1 - level < p(high - 1e-9)


def test_too_few_pairs_give_infinite_limits() -> None:
    assert hodges_lehmann([1, 2, 3, 4, 5]) == (3, -math.inf, math.inf)
    assert hodges_lehmann([1, 2, 3, 4, 5, 6]) == (3.5, 1, 6)
    assert hodges_lehmann([1, 2, 3, 4, 5], level=1 - 0.0625) == (3, 1, 5)
    assert hodges_lehmann([7.0]) == (7, -math.inf, math.inf)


def test_the_normal_approximation_takes_over_smoothly() -> None:
    d = rng(1).normal(size=EXACT_UP_TO + 1)
    more, fewer = hodges_lehmann(d), hodges_lehmann(d[:-1])
    assert more.high - more.low == pytest.approx(fewer.high - fewer.low, rel=0.03)
    p = stats.wilcoxon(d - more.low + 1e-9, method="exact").pvalue
    assert p == pytest.approx(0.05, abs=0.001)


@given(WHOLE, st.integers(-9, 9), st.randoms(use_true_random=False))
def test_hodges_lehmann_moves_with_shift_scale_and_sign(d: np.ndarray, shift: int, random: Random) -> None:
    shuffled = np.array(sorted(d, key=lambda _: random.random()))
    estimate, low, high = hodges_lehmann(d)
    assert low <= estimate <= high
    assert hodges_lehmann(2 * shuffled + shift) == (2 * estimate + shift, 2 * low + shift, 2 * high + shift)
    assert hodges_lehmann(-d) == (-estimate, -high, -low)
    assert hodges_lehmann(np.append(d, math.nan)) == (estimate, low, high)


@pytest.mark.parametrize("n", [6, 10])
def test_hodges_lehmann_covers_heavy_tails_too(n: int) -> None:
    # Exactly 1 - 2 P(statistic < k): 0.969 of 6 pairs, 0.951 of 10; the standard error is 0.005.
    hits = 0
    for d in 3 + rng(n).standard_t(1, size=(1500, n)):
        _, low, high = hodges_lehmann(d)
        hits += low <= 3 <= high
    assert hits / 1500 == pytest.approx({6: 0.96875, 10: 0.951}[n], abs=0.017)


# Cliff


def test_cliffs_delta_by_hand() -> None:
    assert cliffs_delta([5, 6], [1, 2, 3]) == 1
    assert cliffs_delta([1, 4], [2, 4, math.nan]) == (1 - 2) / 4
    assert cliffs_delta([2, 2], [2]) == 0


@given(WHOLE, WHOLE)
def test_cliffs_delta_is_a_scaled_mann_whitney_statistic_and_sees_order_only(
    a: np.ndarray, b: np.ndarray
) -> None:
    found = cliffs_delta(a, b)
    assert found == pytest.approx(2 * stats.mannwhitneyu(a, b).statistic / (len(a) * len(b)) - 1)
    assert cliffs_delta(np.exp(a / 9), np.exp(b / 9)) == found
    assert cliffs_delta(b, a) == -found


# The paired probability


@pytest.mark.parametrize(("n", "wins"), [(1, 1), (5, 5), (10, 7), (12, 0), (40, 13)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_without_ties_the_interval_is_scipys_exact_binomial_one(n: int, wins: int, level: float) -> None:
    reference = stats.binomtest(wins, n).proportion_ci(level, method="exact")
    found = paired_probability([1.0] * wins + [-1.0] * (n - wins), level)
    assert found == pytest.approx((wins / n, reference.low, reference.high))


def test_ties_are_half_wins() -> None:
    assert paired_probability([0, 0, 3, -2, math.nan]) == paired_probability([1, 1, -1, -1])
    assert paired_probability([0, 5, 5]).estimate == 2.5 / 3


@pytest.mark.parametrize("n", [3, 6, 15])
def test_the_interval_of_the_paired_probability_covers_with_ties_too(n: int) -> None:
    # Exactly, over all counts of wins and ties; no simulation.
    counts = [(wins, ties) for wins in range(n + 1) for ties in range(n + 1 - wins)]
    found = [paired_probability([1] * w + [0] * t + [-1] * (n - w - t)) for w, t in counts]
    low, high = np.array([f.low for f in found]), np.array([f.high for f in found])
    tied: float
    for tied in (0.0, 0.05, 0.3, 0.6):
        for win in np.linspace(0, 1 - tied, 41):
            chance = stats.multinomial.pmf(
                [(w, t, n - w - t) for w, t in counts], n, [win, tied, max(1 - tied - win, 0)]
            )
            truth = win + tied / 2
            assert chance[(low - 1e-12 <= truth) & (truth <= high + 1e-12)].sum() >= 0.95 - 1e-9


@given(WHOLE)
def test_the_paired_probability_mirrors(d: np.ndarray) -> None:
    estimate, low, high = paired_probability(d)
    assert 0 <= low <= estimate <= high <= 1
    assert paired_probability(-d) == pytest.approx((1 - estimate, 1 - high, 1 - low))
    assert paired_probability(d**3) == (estimate, low, high)


# The Bayesian signed-rank test


@pytest.mark.parametrize(
    ("d", "rope", "strength", "expected"),
    [
        (D, 0, 0.5, (0.0091, 0.0, 0.9909)),
        (D, 0.5, 0.5, (0.0018, 0.11, 0.8882)),
        (D, 0.5, 1, (0.0019, 0.1312, 0.8668)),
        (D, 1, 0.5, (0.0, 0.5746, 0.4254)),
        (E, 0, 1, (0.0386, 0.0, 0.9614)),
        (E, 0.01, 0.5, (0.008, 0.1393, 0.8527)),
        (E, 0.02, 1, (0.0, 0.8101, 0.1899)),
        (Z, 0, 0.5, (0.1212, 0.0, 0.8788)),  # with zeros, and averages on the edges
        (Z, 0.5, 0.5, (0.0095, 0.4801, 0.5103)),
        (Z, 1, 0.5, (0.0, 0.9332, 0.0668)),
    ],
)
def test_numbers_of_baycomp(d: np.ndarray, rope: float, strength: float, expected: tuple[float, ...]) -> None:
    # baycomp 1.0.3: SignedRankTest(zeros, d, rope, nsamples=200000, prior=strength, random_state=1).probs().
    # Four standard errors of the difference are 0.0100 at most.
    assert bayesian_signed_rank(d, rope, rng(), strength) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
def test_one_difference_by_hand(strength: float) -> None:
    # Only the pseudo-difference with itself lies within: better wins if its weight w has w² < 1/2, and w is
    # of Beta(strength, 1).  Outside of the rope is 1 / 2, the average of 0 and 1.
    found = bayesian_signed_rank([1.0], 0.4, rng(), strength)
    assert found == pytest.approx((0, 1 - 0.5 ** (strength / 2), 0.5 ** (strength / 2)), abs=0.009)


def test_no_difference_at_all_is_same_or_without_a_rope_undecided() -> None:
    assert bayesian_signed_rank([0.0] * 5, 0.1, rng()) == (0, 1, 0)
    assert bayesian_signed_rank([0.0] * 5, 0, rng()) == (0.5, 0, 0.5)


@settings(max_examples=25)
@given(WHOLE, st.integers(0, 10))
def test_the_posterior_mirrors_ignores_the_unit_and_what_is_missing(d: np.ndarray, rope: int) -> None:
    found = bayesian_signed_rank(d, rope, rng(), draws=500)
    assert sum(found) == pytest.approx(1)
    assert bayesian_signed_rank(-d, rope, rng(), draws=500) == pytest.approx(found[::-1])
    assert bayesian_signed_rank(np.append(d, math.nan) / 8, rope / 8, rng(), draws=500) == pytest.approx(
        found
    )
    wider = bayesian_signed_rank(d, rope + 1, rng(), draws=500)
    assert wider.same >= found.same


# What is refused


@pytest.mark.parametrize("d", [[], [math.nan], [1, math.inf]])
def test_differences_that_are_refused(d: list[float]) -> None:
    for call in (
        lambda: hodges_lehmann(d),
        lambda: paired_probability(d),
        lambda: cliffs_delta(d, [1]),
        lambda: cliffs_delta([1], d),
        lambda: bayesian_signed_rank(d, 0, rng()),
    ):
        with pytest.raises(ValueError, match="expected some, all finite"):
            call()


def test_options_that_are_refused() -> None:
    for level in (0, 1, 95, math.nan):
        with pytest.raises(ValueError, match="the level is"):
            hodges_lehmann(D, level)
        with pytest.raises(ValueError, match="the level is"):
            paired_probability(D, level)
    for rope, strength in ((-1, 1), (math.nan, 1), (math.inf, 1), (1, 0)):
        with pytest.raises(ValueError, match="rope"):
            bayesian_signed_rank(D, rope, rng(), strength)
