"""Random search by the distribution of its configurations: shares, ranks, and the draws that it needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from results.types import Floats, Mode

KEPT = 200  # ranks, at most; neighbours are 5 % apart where there are many configurations
#: exp(-Euler's constant): the geometric mean of an exponential distribution of mean 1.
GEOMETRIC = float(np.exp(-np.euler_gamma))


def ranks(size: int) -> NDArray[np.intp]:
    """Return the ranks at which a sample of ``size`` values is kept: 1 (the best), ..., ``size``, ascending.

    They are even on a log scale, so that the best are kept one by one.
    """
    if size < 1:
        return np.empty(0, dtype=np.intp)
    return np.unique(np.rint(np.geomspace(1, size, KEPT)).astype(np.intp))


def at_ranks(values: ArrayLike, mode: Mode) -> Floats:
    """Return a sample's values at its ``ranks``, the best first; NaN counts as the worst of the others."""
    sample = np.asarray(values, dtype=np.float64)
    signed = np.where(np.isfinite(sample), sample if mode == "max" else -sample, -np.inf)
    ordered = np.sort(np.maximum(signed, signed[np.isfinite(signed)].min()))[::-1]
    best: Floats = ordered[ranks(len(ordered)) - 1]
    return best if mode == "max" else -best


def share_as_good(values: ArrayLike, random_values: Floats, size: int, mode: Mode) -> Floats:
    """Return the share of random configurations that are at least as good, of the shape of ``values``.

    Between two ranks it is interpolated, its logarithm linear in the value.

    Args:
        values: to be placed.
        random_values: of the sample, at the ``ranks`` of its ``size``, the best first.
        size: number of random configurations.
        mode: "max" or "min".

    Returns:
        From 1 / size, also for what is better than the whole sample, to 1; NaN for NaN.
    """
    sign = -1.0 if mode == "max" else 1.0
    known, known_ranks = sign * np.asarray(random_values, dtype=np.float64), ranks(size)
    if len(known) != len(known_ranks):
        raise ValueError(
            f"{len(known)} values are given for {len(known_ranks)} ranks of {size} configurations"
        )
    signed_values = sign * np.asarray(values, dtype=np.float64)
    above = np.searchsorted(known, signed_values, side="right")
    low, high = np.clip(above - 1, 0, None), np.clip(above, None, len(known) - 1)
    gap = known[high] - known[low]
    with np.errstate(invalid="ignore"):
        way = np.where(gap > 0, (signed_values - known[low]) / np.where(gap > 0, gap, 1.0), 0.0)
    way = np.clip(way, 0.0, 1.0)
    share: Floats = np.exp((1 - way) * np.log(known_ranks[low]) + way * np.log(known_ranks[high])) / size
    share = np.where(above == 0, 1 / size, share)
    return np.where(np.isnan(signed_values), np.nan, share)


def needed(share: Any) -> Any:
    """Return how many configurations random search tries until one is as good: the geometric mean.

    Their number has a geometric distribution of mean 1 / share, which is close to exponential, and the
    geometric mean of an exponential variable is exp(-0.577...) times its mean.  It is what belongs to means
    on a log scale: of n random configurations the best has a share of which -log has the mean
    H_n = 1 + 1/2 + ... + 1/n (the largest of n exponential variables), so that random search by itself needs
    exp(H_n) * exp(-0.577...) configurations in the geometric mean, which is n + 1/2.
    """
    return GEOMETRIC / share
