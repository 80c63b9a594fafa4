"""Shares of paired runs: McNemar's test and bets, against enumeration, scipy and statsmodels; simulated."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from results.statistics.betting import least_share, low_mean_p, lowest_mean
from results.statistics.mcnemar import mcnemar_p
from results.statistics.sequential import repeated_p, spending
from results.types import Floats

STAGES = (3, 10, 20, 40)


@given(st.lists(st.sampled_from([-1, 0, 1]), max_size=60))
def test_single_pairs_are_mcnemars_exact_test(excess: list[int]) -> None:
    worse, better = excess.count(1), excess.count(-1)
    theirs = stats.binomtest(worse, worse + better, alternative="greater").pvalue if worse + better else 1.0
    assert mcnemar_p(excess) == pytest.approx(theirs)
    two_sided = mcnemar([[0, worse], [better, 0]], exact=True).pvalue if worse != better else 1.0
    assert min(1.0, 2 * min(mcnemar_p(excess), mcnemar_p([-one for one in excess]))) == pytest.approx(
        two_sided
    )


@given(st.lists(st.integers(-13, 13), min_size=1, max_size=10))
@settings(max_examples=40)
def test_blocks_change_names_as_a_whole(excess: list[int]) -> None:
    patterns = np.array(list(itertools.product((1, -1), repeat=len(excess))))
    assert mcnemar_p(excess) == pytest.approx((patterns @ np.abs(excess) >= sum(excess)).mean())


def test_nothing_on_one_side_alone_is_no_evidence() -> None:
    assert mcnemar_p([]) == mcnemar_p([0, 0]) == 1.0
    with pytest.raises(ValueError, match="expected whole numbers"):
        mcnemar_p([0.5])


def trinomial(n: int, lost: float, gained: float) -> dict[tuple[int, int], float]:
    """Return the probability of each (number lost, number gained) among n pairs."""
    return {
        (one, other): float(
            stats.multinomial.pmf([one, other, n - one - other], n, [lost, gained, 1 - lost - gained])
        )
        for one in range(n + 1)
        for other in range(n + 1 - one)
    }


def pairs(n: int, lost: int, gained: int) -> Floats:
    return np.repeat([-1.0, 1.0, 0.0], [lost, gained, n - lost - gained])


@pytest.mark.parametrize(
    ("n", "share", "noise"), [(20, 0.1, 0.0), (20, 0.2, 0.05), (40, 0.106, 0.0), (30, 0.3, 0.2)]
)
def test_an_excess_of_the_share_is_passed_no_more_often_than_stated(
    n: int, share: float, noise: float
) -> None:
    """Summed over all outcomes: exact."""
    outcomes = trinomial(n, share + noise, noise)
    wrong = sum(
        p for (lost, gained), p in outcomes.items() if low_mean_p(pairs(n, lost, gained), -share) <= 0.05
    )
    assert wrong <= 0.05


def test_looks_cost_nothing() -> None:
    rng = np.random.default_rng(0)
    x = -(rng.random((400, 40)) < 0.25).astype(float)
    passed = [min(low_mean_p(row[:n], -0.25) for n in STAGES) <= 0.1 for row in x]
    assert stats.binomtest(sum(passed), len(x)).proportion_ci(0.99).low <= 0.1


def test_groups_whose_runs_collapse_together_or_apart() -> None:
    """The bound holds for means of several runs, whatever these have to do with each other."""
    rng = np.random.default_rng(1)
    for together in (True, False):
        runs = rng.random((400, 40, 1 if together else 5)) < 0.12
        wrong = np.mean([low_mean_p(-row.mean(axis=1), -0.12) <= 0.05 for row in runs])
        assert wrong <= 0.06


def test_what_is_ruled_out_is_near_clopper_and_pearson() -> None:
    for n, lost in itertools.product((10, 20, 40, 120), (0, 1, 2, 5)):
        theirs = stats.binomtest(lost, n, alternative="less").proportion_ci(0.95, method="exact").high
        ours = -lowest_mean(pairs(n, lost, 0), 0.05)
        assert theirs <= ours <= 1.5 * theirs
        assert (
            low_mean_p(pairs(n, lost, 0), -ours - 1e-6) <= 0.05 < low_mean_p(pairs(n, lost, 0), -ours + 1e-6)
        )


def test_gains_make_up_for_losses() -> None:
    assert -lowest_mean(pairs(40, 5, 5), 0.05) < -lowest_mean(pairs(40, 5, 0), 0.05)
    assert lowest_mean([-1.0, -1.0], 0.05) == -1.0
    assert lowest_mean(np.zeros(2), 0.05) > -1.0


@pytest.mark.parametrize("n", [20, 40, 120])
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.045, 0.13])
def test_least_share_is_ruled_out_where_nothing_has_changed(n: int, noise: float) -> None:
    share = least_share(2 * noise, n, 0.05, groups=2)
    if share < 0.5:
        outcomes = np.random.default_rng(2).multinomial(n, [noise, noise, 1 - 2 * noise], 300)
        passed = [low_mean_p(pairs(n, lost, gained), -share) <= 0.05 for lost, gained, _ in outcomes]
        assert np.mean(passed) > 0.95
    assert low_mean_p(np.zeros(n), -0.75 * least_share(0.0, n, 0.05)) > 0.05  # and no much smaller one is


def test_level_and_power_over_the_looks() -> None:
    rng = np.random.default_rng(3)
    shares = spending(STAGES)

    def found(lost: float, gained: float) -> Floats:
        x = rng.choice([1, -1, 0], (400, 40), p=[lost, gained, 1 - lost - gained])
        return np.array([repeated_p([mcnemar_p(row[:n]) for n in STAGES], shares)[-1] for row in x])

    assert (found(0.1, 0.1) <= 0.05).mean() < 0.05 + 2.6 * math.sqrt(0.05 * 0.95 / 400)
    assert (found(0.0, 0.0) == 1).all()
    # One combination of 40 repetitions, against the binomial distribution of what collapses: 7 make it.
    assert (found(0.15, 0.0) <= 0.05).mean() > 0.5
    assert (found(0.3, 0.0) <= 0.05).mean() > 0.95


def test_wrong_input_is_refused() -> None:
    for values, mean in (([], 0.0), ([-2.0], 0.0), ([math.nan], 0.0), ([0.0], -1.0)):
        with pytest.raises(ValueError, match="expected"):
            low_mean_p(values, mean)
