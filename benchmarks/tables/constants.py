"""A task's two constants, of which scores are made: 0 is what random search reaches, 100 the best known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

BASELINE_TRIALS = 8  # of the random search; a quick grid's


def expected_best(values: npt.NDArray[np.floating], maximised: bool, trials: int = BASELINE_TRIALS) -> float:
    """Return the mean of the best of so many values drawn with replacement.

    With the values sorted from the worst, the i-th of n is the best of k draws with probability
    (i/n)^k - ((i-1)/n)^k.

    Args:
        values: shape (n,), what random configurations reach; NaN counts as the worst.
        maximised: whether more is better.
    """
    signed = np.where(np.isnan(values), -np.inf, values if maximised else -values)
    worst = signed[np.isfinite(signed)].min()
    ordered = np.sort(np.maximum(signed, worst))
    chance = np.diff((np.arange(len(ordered) + 1) / len(ordered)) ** trials)
    best = float(ordered @ chance)
    return best if maximised else -best
