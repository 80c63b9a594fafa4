"""Two methods on the same blocks: how much better one is, in the scores' unit and as a probability.

Differences are A's score minus B's in the same block (a task, a repetition, or both), shape (pairs,); above
0, A is better.  NaN, where one of the two is missing, is left out.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from results.statistics.bootstrap import Interval, check_level
from results.statistics.signed_rank import EXACT_UP_TO, signed_rank_distribution
from results.types import LEVEL, Floats

DRAWS = 50_000


class EquivalencePosterior(NamedTuple):
    """Posterior probabilities that A is practically worse than B, the same, or better; their sum is 1."""

    worse: float
    same: float
    better: float


def hodges_lehmann(differences: ArrayLike, level: float = LEVEL) -> Interval:
    """Return the pseudo-median of the differences, with the interval that Wilcoxon's test does not reject.

    The estimate is the median of the Walsh averages (d_i + d_j) / 2, i <= j, and the limits are the k-th
    smallest and largest of them, where k comes from the exact distribution of the signed-rank statistic,
    with more than ``EXACT_UP_TO`` pairs from its normal approximation (Hollander, Wolfe and Chicken,
    *Nonparametric statistical methods*, sections 3.2 and 3.3).  The interval covers with at least ``level``
    whatever the distribution of the differences is, if it is symmetric.

    Returns:
        Infinite limits if there are too few pairs for any interval of this level: fewer than 6 for 95 %.

    Raises:
        ValueError: if there is no difference, one is infinite, or the level is not in (0, 1).
    """
    check_level(level)
    d = _known(differences)
    i, j = np.triu_indices(len(d))
    walsh = np.sort((d[i] + d[j]) / 2)
    k = _depth(len(d), (1 - level) / 2)
    low, high = (float(walsh[k - 1]), float(walsh[-k])) if k else (-math.inf, math.inf)
    return Interval(float(np.median(walsh)), low, high)


def cliffs_delta(a: ArrayLike, b: ArrayLike) -> float:
    """Return P(A > B) - P(A < B) over all pairs of a score of A and one of B (Cliff 1993).

    1: all of A are above all of B; 0: neither tends to be; -1: all are below.  It ignores pairing.

    Args:
        a, b: shapes (runs of A,) and (runs of B,); NaN is left out.

    Raises:
        ValueError: if either has no score, or an infinite one.
    """
    one, other = _known(a)[:, None], _known(b)
    return float((one > other).mean() - (one < other).mean())


def paired_probability(differences: ArrayLike, level: float = LEVEL) -> Interval:
    """Return how probable it is that A beats B in a block, ties counting half, with its interval.

    The interval is Clopper and Pearson's for the number of wins, in which a tie is half a win.  It covers
    with at least ``level``; ties make the number vary less, so that with them it is wider than it need be.

    Raises:
        ValueError: as ``hodges_lehmann``.
    """
    check_level(level)
    d = _known(differences)
    n, wins = len(d), float((d > 0).sum() + 0.5 * (d == 0).sum())
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, wins, n - wins + 1) if wins > 0 else 0.0
    high = stats.beta.isf(tail, wins + 1, n - wins) if wins < n else 1.0
    return Interval(wins / n, float(low), float(high))


def bayesian_signed_rank(
    differences: ArrayLike,
    rope: float,
    generator: np.random.Generator,
    strength: float = 0.5,
    draws: int = DRAWS,
) -> EquivalencePosterior:
    """Return how probable it is that A is practically worse, the same or better.

    The Bayesian signed-rank test.  The distribution of the differences has a Dirichlet process prior: a
    pseudo-difference of 0 that counts as ``strength`` differences.  Each draw of weights w from the posterior
    gives the chance, the sum of w_i w_j over those (i, j), that (d_i + d_j) / 2 lies below, in or above
    [-rope, rope]; what is returned is how often each of the three is the largest (Benavoli, Corani, Demsar
    and Zaffalon, *Time for a change*, JMLR 2017).  An average on an edge counts half for either side.

    Args:
        rope: half the width of the region of practical equivalence, in the scores' unit, 0 or more.
        strength: how many differences the prior is worth, above 0.
        draws: the result's standard error is at most 0.5 / sqrt(draws).

    Raises:
        ValueError: if there is no difference, one is infinite, or ``rope`` or ``strength`` is out of range.
    """
    if not (0 <= rope < math.inf and 0 < strength < math.inf):
        raise ValueError(f"rope {rope}, strength {strength}; expected 0 or more, and above 0")
    d = np.append(_known(differences), 0.0)
    average = (d[:, None] + d) / 2
    weights = generator.dirichlet(np.append(np.ones(len(d) - 1), strength), draws)
    worse = ((weights @ np.heaviside(-average - rope, 0.5)) * weights).sum(axis=1)
    better = ((weights @ np.heaviside(average - rope, 0.5)) * weights).sum(axis=1)
    chances = np.column_stack([worse, np.maximum(1 - worse - better, 0.0), better])
    largest = chances == chances.max(axis=1, keepdims=True)
    shares = (largest / largest.sum(axis=1, keepdims=True)).mean(axis=0)
    return EquivalencePosterior(*shares.tolist())


def _depth(n: int, tail: float) -> int:
    """Return the largest k for which P(signed-rank statistic of n pairs < k) is ``tail`` at most."""
    if n > EXACT_UP_TO:
        sd = math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return int(n * (n + 1) / 4 + 0.5 + stats.norm.ppf(tail) * sd)
    below = np.cumsum(signed_rank_distribution(np.arange(1, n + 1)))
    return int(np.searchsorted(below, tail, side="right"))


def _known(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    array = array[~np.isnan(array)]
    if not array.size or np.isinf(array).any():
        raise ValueError(f"{array.size} values that are not NaN; expected some, all finite")
    return array
