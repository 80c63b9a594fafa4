"""Ranks, Friedman's test, pairwise tests, cliques: against scipy, scikit-posthocs and papers."""

from __future__ import annotations

import itertools
import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from results.statistics.ranks import cliques, friedman, holm, pairwise, ranks

# Demsar, JMLR 2006, table 6: AUC of C4.5 with m = 0, m > 0, cf > 0 and both, on 14 data sets.  Where 0.975 is
# printed twice, its ranks are 2 and 3.
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)
SCORES = arrays(float, st.tuples(st.integers(2, 8), st.integers(3, 5)), elements=st.integers(-5, 5))


# Ranks and Friedman's test


def test_the_highest_score_has_rank_one_and_ties_share() -> None:
    assert ranks([[3, 9, 5], [1, 7, 7]]).tolist() == [[3, 1, 2], [3, 1.5, 1.5]]


def test_the_example_of_demsar() -> None:
    # Its section 3.2.2: mean ranks, and chi² = 9.28 without the correction for ties.
    assert ranks(DEMSAR).mean(axis=0) == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    found = friedman(DEMSAR)
    reference = stats.friedmanchisquare(*DEMSAR.T)
    assert found.chi_square == pytest.approx(reference.statistic)
    ties = sum(t**3 - t for row in DEMSAR for t in np.unique(row, return_counts=True)[1])
    assert found.chi_square * (1 - ties / (14 * 4 * 15)) == pytest.approx(9.28, abs=0.01)
    assert found.f == pytest.approx(13 * found.chi_square / (14 * 3 - found.chi_square))
    assert found.p == pytest.approx(stats.f.sf(found.f, 3, 39))
    assert found.p < reference.pvalue


@settings(max_examples=60)
@given(SCORES)
def test_f_is_that_of_an_analysis_of_variance_of_the_ranks(scores: np.ndarray) -> None:
    # An identity that holds with ties too (Conover, Practical nonparametric statistics, section 5.8).
    table = ranks(scores)
    n, k = table.shape
    between = n * ((table.mean(axis=0) - (k + 1) / 2) ** 2).sum()
    error = ((table - (k + 1) / 2) ** 2).sum() - between
    found = friedman(scores)
    if error > 1e-9:
        assert found.f == pytest.approx((n - 1) * between / error)
    elif between:
        assert found.f == math.inf
        assert found.p == pytest.approx(1 / math.factorial(k) ** (n - 1))
    else:
        assert found == (0, 0, 1)


def test_blocks_that_all_agree_have_the_p_of_permutations_not_zero() -> None:
    # 3 methods, 3 blocks: the second and third block agree with the first by chance 1 in 6 each.
    assert friedman([[1, 2, 3], [2, 5, 6], [0, 1, 9]]) == (6, math.inf, pytest.approx(1 / 36))


def test_the_level_of_friedmans_test() -> None:
    scores = np.random.default_rng(2).normal(size=(1000, 12, 5))
    rejected = np.mean([friedman(one).p <= 0.05 for one in scores])
    assert abs(rejected - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 1000)


@settings(max_examples=40)
@given(SCORES, st.randoms(use_true_random=False))
def test_ranks_see_order_only_and_follow_the_methods(scores: np.ndarray, random: Random) -> None:
    k = scores.shape[1]
    order = sorted(range(k), key=lambda _: random.random())
    shifts = np.arange(len(scores))[:, None] * 7.0  # of whole blocks
    np.testing.assert_array_equal(ranks(np.exp(scores / 3) + shifts)[:, order], ranks(scores[:, order]))
    assert friedman(scores[::-1, order]) == pytest.approx(friedman(scores))


# Pairwise


def test_holm_by_hand() -> None:
    assert holm([0.04, 0.01, 0.03, 0.6]) == pytest.approx([0.09, 0.04, 0.09, 0.6])
    assert holm([0.5, 0.4]) == pytest.approx([0.8, 0.8])


def test_pairwise_is_that_of_scikit_posthocs() -> None:
    posthocs = pytest.importorskip("scikit_posthocs")
    generator = np.random.default_rng(5)
    scores = generator.normal(size=(14, 1)) + generator.normal(size=(14, 5)) + [0, 0.2, 0.5, 1.5, 2]
    expected = posthocs.posthoc_wilcoxon(list(scores.T), method="exact", p_adjust="holm", sort=False)
    np.testing.assert_allclose(pairwise(scores), expected.to_numpy(), rtol=1e-9)


def test_blocks_stay_paired() -> None:
    # B is A + 1 in every block: p is as small as it gets, although A's own range is far wider than 1.
    a = np.random.default_rng(0).normal(scale=50, size=8)
    p = pairwise(np.column_stack([a, a + 1]))
    np.testing.assert_allclose(p, [[1, 2 / 2**8], [2 / 2**8, 1]])
    assert pairwise(np.column_stack([a, np.sort(a)]))[0, 1] > 0.1


def test_ties_of_differences_are_not_broken_by_rounding() -> None:
    one = np.random.default_rng(1).integers(4000, 4900, size=8)
    correct = np.column_stack([one, np.add(one, [3, 3, -3, 3, 3, 3, 0, 3])])  # of 5000 images
    # By hand: six of seven tied signs are +; 2 (1 + 7) of the 2**7 patterns are as far out.
    assert pairwise(correct)[0, 1] == pytest.approx(16 / 128)
    assert pairwise(correct / 5000)[0, 1] == pytest.approx(16 / 128)


@settings(max_examples=30)
@given(SCORES, st.randoms(use_true_random=False))
def test_pairwise_follows_the_methods_and_ignores_what_is_common_to_a_block(
    scores: np.ndarray, random: Random
) -> None:
    k = scores.shape[1]
    order = sorted(range(k), key=lambda _: random.random())
    p = pairwise(scores)
    np.testing.assert_array_equal(p, p.T)
    moved = 0.1 * scores[::-1, order] + np.arange(len(scores))[:, None] / 3
    np.testing.assert_allclose(pairwise(moved), p[np.ix_(order, order)])


def test_the_chance_of_any_false_rejection_is_at_most_the_level() -> None:
    generator = np.random.default_rng(6)
    scores = generator.normal(size=(400, 12, 1)) + generator.normal(size=(400, 12, 4))
    upper = np.triu_indices(4, 1)
    false = np.mean([pairwise(one)[upper].min() <= 0.05 for one in scores])
    assert 0.005 < false <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 400)


# Cliques


def matrix(k: int, *pairs: tuple[int, int]) -> np.ndarray:
    differ = np.zeros((k, k), dtype=bool)
    for i, j in pairs:
        differ[i, j] = differ[j, i] = True
    return differ


def test_cliques_by_hand() -> None:
    means = [3.1, 1.2, 2.0, 4.0]  # in order: 1, 2, 0, 3
    assert cliques(means, matrix(4)) == [(1, 2, 0, 3)]
    assert cliques(means, matrix(4, (1, 3))) == [(1, 2, 0), (2, 0, 3)]
    assert cliques(means, matrix(4, (1, 0), (1, 3), (2, 3))) == [(1, 2), (2, 0), (0, 3)]
    assert cliques(means, ~np.eye(4, dtype=bool)) == []
    assert cliques([], np.zeros((0, 0), dtype=bool)) == []


def test_no_bar_passes_over_a_method_that_differs() -> None:
    # The outer two do not differ, but the middle one differs from the last: a bar over all would lie.
    assert cliques([1, 2, 3], matrix(3, (1, 2))) == [(0, 1)]


def test_equal_mean_ranks_share_their_groups_whatever_their_order() -> None:
    assert cliques([1.5, 1.5, 3], matrix(3, (1, 2))) == [(0, 1)]
    assert cliques([1.5, 1.5, 3], matrix(3, (0, 2))) == [(0, 1)]
    assert cliques([1.5, 1.5, 3], matrix(3, (0, 1))) == []


@given(st.integers(1, 7), st.data())
def test_cliques_are_all_the_maximal_ranges_without_a_difference(k: int, data: st.DataObject) -> None:
    means = np.array(data.draw(st.lists(st.integers(1, 5), min_size=k, max_size=k)), dtype=float)
    pairs = list(itertools.combinations(range(k), 2))
    differ = matrix(k, *(data.draw(st.lists(st.sampled_from(pairs))) if pairs else []))
    fine = {
        frozenset(np.flatnonzero((means >= low) & (means <= high)).tolist())
        for low, high in itertools.product(means, repeat=2)
    }
    fine = {group for group in fine if len(group) > 1 and not differ[np.ix_(list(group), list(group))].any()}
    expected = {group for group in fine if not any(group < other for other in fine)}
    found = cliques(means, differ)
    assert {frozenset(group) for group in found} == expected
    assert len(found) == len(expected)
    assert all(np.all(np.diff(means[list(group)]) >= 0) for group in found)


# What is refused


@pytest.mark.parametrize("call", [ranks, friedman, pairwise])
@pytest.mark.parametrize("scores", [[[1, 2, math.nan], [1, 2, 3]], [[1, 2, math.inf], [1, 2, 3]], [1, 2, 3]])
def test_scores_that_are_refused(call: Any, scores: object) -> None:
    with pytest.raises(ValueError, match="expected \\(blocks, methods\\), all finite"):
        call(scores)


@pytest.mark.parametrize("scores", [[[1, 2, 3]], [[1, 2], [2, 3]]])
def test_friedman_needs_two_blocks_and_three_methods(scores: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="Friedman's test needs 2 and 3"):
        friedman(scores)
