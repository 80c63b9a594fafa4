"""The gate's statistics: against all sign patterns, scipy and statsmodels; level and power, simulated."""

from __future__ import annotations

import gc
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats
from statsmodels.stats.multitest import multipletests

from results.statistics.noninferiority import inferiority_p, limits, non_inferiority_p, sign_flip_p
from results.statistics.ranks import holm
from results.statistics.sequential import repeated_p, spending, weighted_holm
from results.types import Floats

STAGES = (3, 10, 20, 40)
WHOLE = arrays(float, st.integers(1, 9), elements=st.integers(-20, 20))


def every_pattern(d: Floats) -> float:
    """Return the share of all sign patterns whose sum is as high as that of ``d``."""
    patterns = np.array(list(itertools.product((1, -1), repeat=len(d))))
    return float((patterns @ np.abs(d) >= d.sum() - 1e-9).mean())


@given(WHOLE)
@settings(max_examples=40)
def test_p_counts_sign_patterns(d: Floats) -> None:
    assert sign_flip_p(d) == pytest.approx(every_pattern(d))


def test_p_is_scipys_permutation_test() -> None:
    d = np.random.default_rng(1).normal(0.4, 1, 11)
    theirs = stats.permutation_test(
        (d,), np.mean, permutation_type="samples", alternative="greater", n_resamples=10**6
    )
    assert sign_flip_p(d) == pytest.approx(theirs.pvalue, rel=0.02)  # ours counts in parts of the sum


def test_many_pairs_give_the_p_of_a_t_test() -> None:
    d = np.random.default_rng(2).normal(0.2, 1, 400)
    theirs = stats.ttest_1samp(d, 0, alternative="greater").pvalue
    assert math.log(sign_flip_p(d)) == pytest.approx(math.log(theirs), rel=0.03)


def test_degenerate_differences_are_no_evidence_beyond_their_number() -> None:
    assert sign_flip_p(np.zeros(10)) == 1.0
    assert inferiority_p(np.zeros(10)) == 1.0
    assert sign_flip_p(np.full(5, 3.0)) == pytest.approx(2**-5)  # a t test would say 0
    assert inferiority_p(np.array([0, 0, 0, -4.0])) == pytest.approx(0.5)
    assert non_inferiority_p(np.zeros(10), 2.0) == pytest.approx(2**-10)


def test_direction_margin_and_floor() -> None:
    worse = np.random.default_rng(3).normal(-10, 2, 20)
    assert inferiority_p(worse) < 1e-5
    assert inferiority_p(worse, floor=9.0) > inferiority_p(worse)
    assert inferiority_p(worse, floor=12.0) > 0.9
    assert non_inferiority_p(worse, 5.0) > 0.9
    assert non_inferiority_p(worse, 15.0) < 1e-5


@given(WHOLE, st.sampled_from([0.3, 0.1, 0.02]))
@settings(max_examples=50)
def test_limits_are_what_the_tests_do_not_reject(d: Floats, tail: float) -> None:
    low, high = limits(d, tail)
    assert low <= d.mean() + 1e-9 and d.mean() - 1e-9 <= high
    if math.isfinite(low) and np.ptp(d) > 0:
        near = 0.01 * np.abs(d - low).sum()  # a few of the parts that differences are counted in
        assert sign_flip_p(d, low - near) <= tail < sign_flip_p(d, low + near)
    assert math.isinf(low) == (2.0 ** -len(d) > tail)


def test_limits_cover() -> None:
    rng = np.random.default_rng(4)
    # Differences of skewed scores that have one distribution are symmetric about 0.
    samples = np.exp(rng.normal(size=(200, 12))) - np.exp(rng.normal(size=(200, 12)))
    below = [limits(d, 0.1)[0] > 0 for d in samples]
    assert 0.04 < np.mean(below) < 0.16


def test_wrong_input_is_refused() -> None:
    for call in (
        lambda: sign_flip_p([]),
        lambda: sign_flip_p([1.0, math.nan]),
        lambda: non_inferiority_p([1.0], 0.0),
        lambda: limits([1.0], 0.6),
        lambda: spending([4, 4]),
        lambda: spending([0, 4]),
        lambda: weighted_holm([0.1], [0.0]),
        lambda: weighted_holm([0.1], [1.0, 1.0]),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


def test_spending_is_the_power_family() -> None:
    # Jennison and Turnbull, section 7.2: a * t^2 is spent at the share t of the information.
    assert np.cumsum(spending((10, 20, 30, 40))) == pytest.approx([1 / 16, 1 / 4, 9 / 16, 1])
    assert spending((10, 40), power=1.0) == pytest.approx([0.25, 0.75])
    assert spending(STAGES).sum() == pytest.approx(1)


def test_the_price_of_not_assuming_normality_is_small() -> None:
    """With normal data the joint error of these bounds is a little below the level."""
    bounds = stats.norm.isf(0.05 * spending(STAGES))
    n = np.array(STAGES, float)
    correlation = np.sqrt(np.minimum.outer(n, n) / np.maximum.outer(n, n))
    inside = stats.multivariate_normal(np.zeros(4), correlation).cdf(bounds)
    assert 0.85 * 0.05 < 1 - inside < 0.05


def test_repeated_p_by_hand() -> None:
    p = repeated_p([[0.02, 0.5], [0.3, 0.01], [0.001, 0.9]], [0.1, 0.2, 0.7])
    assert p == pytest.approx(np.array([[0.2, 1.0], [0.2, 0.05], [0.001 / 0.7, 0.05]]))


def test_holm_is_that_of_statsmodels() -> None:
    gc.freeze()  # each call of theirs has Python collect all garbage
    try:
        for n in range(1, 30):
            p = np.round(np.random.default_rng(n).beta(0.3, 2, size=n), 2)  # with ties
            np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])
    finally:
        gc.unfreeze()
    assert holm([]).shape == (0,)


def test_holm_with_equal_weights_is_statsmodels() -> None:
    rng = np.random.default_rng(6)
    for n in (1, 2, 3, 10, 50):
        p = np.round(rng.random(n) ** 4, 2)  # some are tied, and some 0
        assert weighted_holm(p, np.full(n, 0.3)) == pytest.approx(multipletests(p, method="holm")[1])


def test_weighted_holm_by_hand() -> None:
    # Weights 1/2, 1/4, 1/4 at level 0.05: 0.02 < 0.025; then weights 1/4, 1/4 of what is left: 0.024 < 0.025;
    # then 0.04 < 0.05.
    adjusted = weighted_holm([0.02, 0.024, 0.04], [2, 1, 1])
    assert adjusted == pytest.approx([0.04, 0.048, 0.048])
    assert weighted_holm([0.03, 0.024, 0.04], [2, 1, 1])[0] == pytest.approx(0.06)


def looks(d: Floats, margin: float) -> tuple[float, float]:
    """Return the repeated p-values of "no loss" and "a loss of the margin" after the last look."""
    shares = spending(STAGES)
    tests = [(inferiority_p(d[:n]), non_inferiority_p(d[:n], margin)) for n in STAGES]
    worse, margins = repeated_p(tests, shares)[-1]
    return float(worse), float(margins)


@pytest.mark.parametrize("kind", ["skewed scores", "mostly equal", "heavy tails"])
def test_level_under_no_change_and_power_at_the_margin(kind: str) -> None:
    rng = np.random.default_rng(5)

    def differences() -> Floats:
        if kind == "skewed scores":
            return (rng.gumbel(size=40) - rng.gumbel(size=40)) / 1.81
        if kind == "mostly equal":
            return rng.normal(size=40) * (rng.random(40) < 0.3) / math.sqrt(0.3)
        return rng.standard_t(3, 40) / math.sqrt(3)

    same = np.array([looks(differences(), 1.0) for _ in range(200)])
    lost = np.array([looks(differences() - 1.0, 1.0) for _ in range(100)])
    # Of 200 gates at 10 %, 31 or more fail with a probability of 1 %.
    assert (same[:, 0] <= 0.1).sum() <= 31
    assert (same[:, 1] <= 0.05).mean() > 0.95
    assert (lost[:, 1] <= 0.05).mean() <= 0.12
    # A cell among 500 that loses one standard deviation.
    assert (lost[:, 0] <= 1e-5).mean() > 0.75
