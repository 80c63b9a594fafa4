"""Early stopping: its regret and its savings, from trials and their full learning curves.

A scheduler stops a trial before anybody knows how good it would have become.  Where the same configurations
were trained to the end elsewhere, in the same repetition, that is known exactly.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from results.statistics.bootstrap import Interval, check_level
from results.types import LEVEL, Floats


class Stopping(NamedTuple):
    """The fate of the best configuration of each experiment, and what stopping saved.

    Attributes:
        lost: shape (experiments,), the winner was stopped: the configuration whose full curve is the best, or
            all that share this rank.
        regret: shape (experiments,), by how much the best full curve beats the incumbent; 0 or more unless a
            trial did better than its full curve.
        saved: shape (experiments,), share of the epochs of all full curves that were not trained.
    """

    lost: NDArray[np.bool_]
    regret: Floats
    saved: Floats


def stopping(
    experiment: ArrayLike,
    full: ArrayLike,
    reached: ArrayLike,
    stopped: ArrayLike,
    epochs: ArrayLike,
    full_epochs: ArrayLike,
) -> Stopping:
    """Compare the trials of some experiments with their full curves.

    Args:
        experiment: shape (trials,), the number of each trial's experiment: 0, 1, 2, ..., each at least once.
        full: shape (trials,), the best value of the configuration's full curve, higher is better; -infinity
            if it has no finite one.
        reached: shape (trials,), the best value that the trial itself had; NaN if none.
        stopped: shape (trials,), whether the scheduler ended it.
        epochs, full_epochs: shape (trials,), epochs that the trial had, and that the full curve has.

    Raises:
        ValueError: if ``full`` is NaN anywhere, or an experiment has no trial.
    """
    which = np.asarray(experiment, dtype=np.intp)
    whole = np.asarray(full, dtype=np.float64)
    ended = np.asarray(stopped, dtype=bool)
    counts = np.bincount(which)
    if np.isnan(whole).any():
        raise ValueError(f"{np.isnan(whole).sum()} trials have no full curve; leave them out")
    if not counts.all():
        raise ValueError(f"experiment {counts.argmin()} has no trial; number them 0, 1, 2, ...")
    best = np.full(len(counts), -np.inf)
    np.maximum.at(best, which, whole)
    incumbent = np.full(len(counts), np.nan)
    np.fmax.at(incumbent, which, np.asarray(reached, dtype=np.float64))
    survives = np.bincount(which, (whole == best[which]) & ~ended)
    spent = np.bincount(which, np.asarray(epochs, dtype=np.float64))
    possible = np.bincount(which, np.asarray(full_epochs, dtype=np.float64))
    return Stopping(survives == 0, best - incumbent, 1 - spent / possible)


def wilson(successes: int, n: int, level: float = LEVEL) -> Interval:
    """Return a share with Wilson's interval, which holds for few trials and for shares of 0 and 1 too.

    E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.

    Args:
        successes: 0 to ``n``.
        n: independent trials, at least 1.

    Raises:
        ValueError: if there are no trials, or more successes than trials.
    """
    check_level(level)
    if not 0 <= successes <= n or n == 0:
        raise ValueError(f"{successes} of {n} is not a share; expected 0 <= successes <= n and n >= 1")
    z = float(stats.norm.ppf(0.5 + level / 2))
    share = successes / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low = float(centre - half) if successes else 0.0  # exactly, which rounding would miss
    high = float(centre + half) if successes < n else 1.0
    return Interval(share, low, high)
