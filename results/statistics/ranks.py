"""Many methods on many blocks: ranks, Friedman's test, pairwise tests, groups that do not differ.

A block is what methods are compared within: a task, or a task and a repetition.  Scores are arrays of shape
(blocks, methods), higher is better, with no value missing.

Pairs are compared by Wilcoxon's signed-rank test with Holm's correction, not by mean ranks (Nemenyi): whether
A differs from B by mean ranks depends on which other methods are there (Benavoli, Corani and Mangili, *Should
we really use post-hoc tests based on mean-ranks?*, JMLR 2016, arXiv:1505.02288).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from results.statistics.signed_rank import differences_of, signed_rank_p
from results.types import Floats


class Friedman(NamedTuple):
    """Friedman's test.

    Attributes:
        chi_square: Friedman's statistic, corrected for ties.
        f: the statistic of Iman and Davenport; infinite if all blocks rank the methods alike.
        p: of ``f``.
    """

    chi_square: float
    f: float
    p: float


def ranks(scores: ArrayLike) -> Floats:
    """Return the ranks within each block, 1 for the highest score; ties share their mean rank.

    Args:
        scores: shape (blocks, methods).

    Raises:
        ValueError: if a score is missing or infinite.
    """
    ranked: Floats = stats.rankdata(-_checked(scores), axis=1)
    return ranked


def friedman(scores: ArrayLike) -> Friedman:
    """Test whether any method differs, by Friedman's ranks with the correction of Iman and Davenport.

    f = (N - 1) chi² / (N (k - 1) - chi²) has an F distribution with k - 1 and (k - 1)(N - 1) degrees of
    freedom; chi² itself is too conservative (Iman and Davenport 1980; Demsar, JMLR 2006, section 3.2.2).
    p is not allowed below (1 / k!)^(N - 1), what the permutation test gives if all blocks agree.

    Args:
        scores: shape (blocks N, methods k).

    Raises:
        ValueError: if there are fewer than 2 blocks or 3 methods, or a score is missing or infinite.
    """
    array = _checked(scores)
    n, k = array.shape
    if n < 2 or k < 3:
        raise ValueError(f"{n} blocks and {k} methods; Friedman's test needs 2 and 3")
    if (array == array[:, :1]).all():
        return Friedman(0.0, 0.0, 1.0)
    chi = float(stats.friedmanchisquare(*array.T).statistic)
    left = n * (k - 1) - chi
    f = (n - 1) * chi / left if left > 1e-9 * n * k else math.inf
    smallest = math.exp(-(n - 1) * math.lgamma(k + 1))
    return Friedman(chi, f, max(float(stats.f.sf(f, k - 1, (k - 1) * (n - 1))), smallest))


def pairwise(scores: ArrayLike, untested: NDArray[np.bool_] | None = None) -> Floats:
    """Return Holm's adjusted p of Wilcoxon's signed-rank test for each pair of methods.

    Args:
        scores: shape (blocks, methods); rows stay paired.
        untested: shape (methods, methods), symmetric: pairs to leave out, which do not count for Holm either.

    Returns:
        Shape (methods, methods), symmetric, 1 on the diagonal; NaN for a pair that is left out.

    Raises:
        ValueError: if a score is missing or infinite.
    """
    array = _checked(scores)
    k = array.shape[1]
    out = np.zeros((k, k), dtype=bool) if untested is None else untested
    i, j = np.nonzero(np.triu(~out, 1))
    p_values = [signed_rank_p(differences_of(array[:, a], array[:, b])) for a, b in zip(i, j, strict=True)]
    matrix = np.where(out, np.nan, 1.0)
    matrix[i, j] = matrix[j, i] = holm(p_values)
    return matrix


def holm(p: ArrayLike) -> Floats:
    """Return Holm's adjusted p-values, shape (tests,).

    If those up to a level are rejected, the chance of any false rejection is at most that level.  The i-th
    smallest of m is multiplied by m - i + 1, and made no smaller than the one before it (Holm 1979).
    """
    array = np.asarray(p, dtype=np.float64)
    order = np.argsort(array)
    steps = np.maximum.accumulate(array[order] * np.arange(len(array), 0, -1))
    adjusted = np.empty_like(array)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


def cliques(mean_ranks: ArrayLike, differ: NDArray[np.bool_]) -> list[tuple[int, ...]]:
    """Return the groups that a critical-difference diagram joins by a bar.

    A group is all methods whose mean ranks lie in a range, at least two, of which no pair differs; and no
    larger group contains it.  Methods of equal mean rank are in the same groups.  A method between two that
    do not differ may differ from one of them; then no bar joins the two, as it would pass over it.

    Args:
        mean_ranks: shape (methods,).
        differ: shape (methods, methods), symmetric.

    Returns:
        Indices of the methods in each group, the best mean rank first; groups in the order of their best.
    """
    means = np.asarray(mean_ranks, dtype=np.float64)
    order = np.argsort(means, kind="stable")
    values = np.unique(means)
    groups: list[tuple[int, ...]] = []
    reached = -math.inf  # the end of the last group: a later one that ends there lies within it
    for low in values:
        for high in values[values >= low][::-1]:
            inside = order[(means[order] >= low) & (means[order] <= high)]
            if not differ[np.ix_(inside, inside)].any():
                if len(inside) > 1 and high > reached:
                    groups.append(tuple(inside.tolist()))
                    reached = high
                break
    return groups


def _checked(scores: ArrayLike) -> Floats:
    array = np.asarray(scores, dtype=np.float64)
    if array.ndim != 2 or not np.isfinite(array).all():
        raise ValueError(
            f"scores of shape {array.shape}; expected (blocks, methods), all finite: leave a block out for "
            "all methods, or give a run that failed the score that it deserves"
        )
    return array
