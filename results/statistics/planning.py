"""Sample sizes: the repetitions that a paired comparison needs, planned with the pilot's uncertainty.

The standard deviation of a pilot of a few repetitions is itself uncertain.  A plan that takes it as it is
misses the promised power more often than not: on average it reaches 0.6 to 0.76 in place of 0.8.  Here the
power is averaged over what the standard deviation may be, given the pilot: the assurance (Spiegelhalter,
Abrams and Myles, *Bayesian Approaches to Clinical Trials*, 2004, section 6.5), with the prior 1 / sd.

Nor does a small pilot show the shape of the noise: one run of twelve may fail.  So plans are for Wilcoxon's
signed-rank test, of which rare failures and long tails cost little power, while the paired t test loses most
of it (with 8 % of failures plans for it reach 0.67 to 0.78 in place of 0.8).  If the noise is normal, the
signed-rank test needs pi / 3 times the t test's pairs (Hodges and Lehmann, *The efficiency of some
nonparametric competitors of the t-test*, 1956), and no symmetric noise makes it need more than 1.16 times.
``docs/calibration.md`` shows the power that plans reach.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats

from results.statistics.paired import LEAST
from results.types import Floats

MOST = 100_000  # repetitions of a plan
#: Quantiles of the standard deviation's posterior that stand for it, and their weights; closer at the ends.
_EDGES = np.concatenate([[0.0, 0.002, 0.01, 0.03], np.linspace(0.06, 0.94, 23), [0.97, 0.99, 1.0]])
_QUANTILES, _WEIGHTS = (_EDGES[1:] + _EDGES[:-1]) / 2, np.diff(_EDGES)


#: Pairs that the signed-rank test needs for each one of the t test, if the noise is normal.
PAIRS_BY_RANKS = math.pi / 3
#: Up to as many pairs the exact signed-rank test keeps its level by so much that one more is needed.
COARSE = 12


class Plan(NamedTuple):
    """The repetitions that a two-sided rank test of one difference needs.

    Attributes:
        pilot: repetitions that the variance comes from.
        mean: the difference in the pilot, in the unit of the scores.
        sd: standard deviation of the paired differences.
        sd_high: its upper 80 % confidence limit.
        n: repetitions with the promised power of the signed-rank test on average over what the standard
            deviation may be, and with room for failures that the pilot did not show; None if more than
            ``MOST``.
        n_as_pilot: the same if the noise were normal and its standard deviation exactly ``sd``: too few, on
            average.
        n_high: the same for ``sd_high``.
        n_unpaired: repetitions of each combination needed without pairing, by the rank-sum test.
        n_wilcoxon: with fewer, a Wilcoxon test cannot be significant, whatever the scores are.
        worth: how many independent repetitions a paired one replaces: (Var A + Var B) / Var(A - B).
    """

    pilot: int
    mean: float
    sd: float
    sd_high: float
    n: int | None
    n_as_pilot: int | None
    n_high: int | None
    n_unpaired: int | None
    n_wilcoxon: int
    worth: float


def paired_power(n: int, difference: float, sd: float, alpha: float) -> float:
    """Return the power of the two-sided paired t test with ``n`` pairs, by the non-central t distribution.

    Args:
        n: at least 2.
        difference: the true mean of the differences.
        sd: their standard deviation, above 0.
        alpha: level of the test.
    """
    return _power(difference / sd * math.sqrt(n), n - 1, alpha)


def unpaired_power(n: int, difference: float, sd: float, alpha: float) -> float:
    """Return the power of the two-sided two-sample t test with ``n`` repetitions of each of two combinations.

    ``sd`` is that of each combination's scores (the root mean square of both, if they differ).
    """
    return _power(difference / sd * math.sqrt(n / 2), 2 * n - 2, alpha)


def assurance(n: int, difference: float, sd: float, alpha: float, df: int) -> float:
    """Return the power of the paired t test, averaged over the posterior of the standard deviation.

    Args:
        n: pairs, at least 2.
        difference: the true mean of the differences.
        sd: their standard deviation in the pilot, above 0.
        alpha: level of the test.
        df: degrees of freedom of ``sd``: the pilot's repetitions less 1.
    """
    sds = sd * np.sqrt(df / stats.chi2.ppf(_QUANTILES, df))
    return float(_WEIGHTS @ _powers(difference / sds * math.sqrt(n), n - 1, alpha))


def repetitions_needed(
    power: float, difference: float, sd: float, alpha: float, test: Callable[..., float] = paired_power
) -> int | None:
    """Return the fewest repetitions, from 2 on, with that power, or None if ``MOST`` do not suffice."""
    if sd == 0:
        return 2
    return _fewest(lambda n: test(n, difference, sd, alpha) >= power)


def repetitions_assured(power: float, difference: float, sd: float, alpha: float, df: int) -> int | None:
    """Return the fewest repetitions, from 2 on, with that ``assurance``; None if ``MOST`` do not suffice."""
    if sd == 0:
        return 2
    return _fewest(lambda n: assurance(n, difference, sd, alpha, df) >= power)


def by_ranks(n: int | None, alpha: float, lost: float = 0.0) -> int | None:
    """Return the pairs that the signed-rank test needs in place of ``n`` of the paired t test.

    Args:
        n: of the t test; None if more than ``MOST``, as is what is returned.
        alpha: level of the test; with fewer than ``smallest_wilcoxon`` pairs nothing can be found.
        lost: share of pairs that is held to be of no use, below 1; the test compares means of two pairs, of
            which (1 - lost)^2 are then of use.
    """
    if n is None:
        return None
    pairs = math.ceil(n * PAIRS_BY_RANKS / (1 - lost) ** 2 + (n <= COARSE))
    return max(pairs, smallest_wilcoxon(alpha)) if pairs <= MOST else None


def unseen_failures(pilot: int) -> float:
    """Return the share of pairs with a failure to expect if ``pilot`` pairs showed none.

    The mean of its posterior with Jeffreys' prior: Beta(1/2, ``pilot`` + 1/2).
    """
    return 0.5 / (pilot + 1)


def repetitions_planned(power: float, difference: float, sd: float, alpha: float, pilot: int) -> int | None:
    """Return the repetitions to plan with for the signed-rank test; None if ``MOST`` do not suffice.

    Args:
        power: that is promised, the mean over what the noise may be.
        difference: the true difference of the two combinations.
        sd: standard deviation of the paired differences in the pilot.
        alpha: level of the test.
        pilot: repetitions that ``sd`` comes from.
    """
    pairs = repetitions_assured(power, difference, sd, alpha, pilot - 1)
    return by_ranks(pairs, alpha, unseen_failures(pilot) if sd else 0.0)


def _fewest(enough: Callable[[int], bool]) -> int | None:
    low, high = 1, 2  # the power grows with n
    while not enough(high):
        low, high = high, 2 * high
        if low > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high if high <= MOST else None


def smallest_wilcoxon(alpha: float) -> int:
    """Return the fewest pairs with which the exact two-sided signed-rank test can reach p <= ``alpha``.

    Its smallest p is 2 / 2^n, if all differences have the same sign: 6 pairs for 0.05.
    """
    n = 1
    while 2.0 ** (1 - n) > alpha:
        n += 1
    return n


def upper_sd(sd: float, n: int, level: float = 0.8) -> float:
    """Return the one-sided upper confidence limit of a standard deviation from ``n`` normal values.

    To plan with this limit, not with the estimate, keeps the promised power in ``level`` of the plans
    (Browne, *On the use of a pilot sample for sample size determination*, Statistics in Medicine 14, 1995).
    """
    return sd * math.sqrt((n - 1) / float(stats.chi2.ppf(1 - level, n - 1)))


def plan(scores: Floats, difference: float, power: float = 0.8, alpha: float = 0.05) -> Plan:
    """Plan the comparison of two combinations.

    Args:
        scores: shape (repetitions, 2), paired and finite.
        difference: the smallest that shall be found, in the unit of the scores, above 0.
        power: the probability to find it.
        alpha: level of the two-sided test, already divided by the number of comparisons.

    Raises:
        ValueError: if there are fewer than ``LEAST`` repetitions.
    """
    n = len(scores)
    if n < LEAST:
        raise ValueError(f"{n} common repetitions show no variance; run {LEAST} or more, better 10")
    apart = scores[:, 0] - scores[:, 1]
    sd, own = float(apart.std(ddof=1)), float(scores.var(axis=0, ddof=1).sum())
    sd = sd if sd > 1e-9 * float(np.abs(scores).max()) else 0.0
    high = upper_sd(sd, n)
    assured = repetitions_planned(power, difference, sd, alpha, n)
    plain, cautious = (
        by_ranks(repetitions_needed(power, difference, value, alpha), alpha) for value in (sd, high)
    )
    each = repetitions_needed(power, difference, math.sqrt(own / 2), alpha, unpaired_power)
    unpaired = None if each is None else math.ceil(each * PAIRS_BY_RANKS)
    worth = own / sd**2 if sd else math.inf
    mean = float(apart.mean())
    return Plan(n, mean, sd, high, assured, plain, cautious, unpaired, smallest_wilcoxon(alpha), worth)


def _power(shift: float, df: int, alpha: float) -> float:
    """Return P(|T| > its critical value) for a non-central t."""
    return float(_powers(np.array([shift]), df, alpha)[0])


def _powers(shifts: Floats, df: int, alpha: float) -> Floats:
    critical = float(stats.t.isf(alpha / 2, df))
    above = stats.nct.sf(critical, df, np.abs(shifts))
    below = stats.nct.cdf(-critical, df, np.abs(shifts))
    total: Floats = above + np.where(np.isfinite(below), below, 0.0)  # scipy gives NaN far below 1e-10
    return total
