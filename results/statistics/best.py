"""The best of several combinations: which cannot be told apart from it.

All combinations have a score in every block, that is in every repetition of every task; a block's seeds are
shared.  A combination's worth is the mean over tasks of its mean over repetitions.  Results hold for these
tasks.  How probably each is the best: ``worth``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from results.statistics.magnitude import unit
from results.types import LEVEL, Floats


class Versus(NamedTuple):
    """Each combination against one of them, the reference; arrays of shape (combinations,).

    Attributes:
        difference: mean of combination - reference; 0 for the reference itself.
        low, high: simultaneous limits of the difference; NaN if a task has one repetition only.
        possible: whether the interval covers 0: the combination may be the best.
    """

    difference: Floats
    low: Floats
    high: Floats
    possible: Floats


def task_weights(tasks: ArrayLike) -> Floats:
    """Return the weight of each block in the mean over tasks, shape (blocks,), given each block's task."""
    _, code, count = np.unique(np.asarray(tasks), return_inverse=True, return_counts=True)
    weights: Floats = 1 / (count[code] * len(count))
    return weights


def versus_best(
    values: Floats, tasks: ArrayLike, level: float = LEVEL, reference: int | None = None
) -> Versus:
    """Compare each combination with the one that seems the best, by paired t intervals.

    The set of possible ones contains the true best with probability ``level`` or more: it is left out only if
    one certain other combination seems better by a one-sided paired t test, for which there are k - 1
    candidates, so that each is tested at (1 - level) / (k - 1) (subset selection: Gupta, 1965; Hsu, *Multiple
    Comparisons*, 1996).  That holds though the best was picked by looking, which Holm's correction of tests
    against it does not account for, and for any correlation of the combinations; a bootstrap of the largest
    difference would be less cautious, but too narrow with five or ten repetitions.  Whichever combination is
    picked as the reference, the set holds the true best as often.

    Args:
        values: shape (blocks, combinations), finite.
        tasks: shape (blocks,), the task of each block.  With several, the degrees of freedom are Welch's.
        level: of the set as a whole.
        reference: index of the one to compare with; by default the one with the highest mean.
    """
    if (size := unit(values)) != 1:
        scaled = versus_best(values / size, tasks, level, reference)
        return Versus(scaled.difference * size, scaled.low * size, scaled.high * size, scaled.possible)
    weights = task_weights(tasks)
    best = int(np.argmax(weights @ values)) if reference is None else reference
    apart = values - values[:, [best]]
    difference = weights @ apart
    if reference is None:
        difference = np.minimum(difference, 0.0)  # it may be above by rounding
    variances, counts = _variances(apart, np.asarray(tasks))
    parts = variances / counts[:, None] / len(counts) ** 2
    error = np.sqrt(parts.sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        df = parts.sum(axis=0) ** 2 / (parts**2 / (counts[:, None] - 1)).sum(axis=0)
    df = np.where(error > 0, df, 1.0)
    tail = (1 - level) / max(values.shape[1] - 1, 1)
    half = np.where(error > 0, stats.t.isf(tail, df), 0.0) * error
    high = difference + half
    return Versus(difference, difference - half, high, ~(high < 0))


def _variances(values: Floats, tasks: ArrayLike) -> tuple[Floats, Floats]:
    """Return variances (NaN for one block), shape (tasks, combinations), and numbers of blocks, (tasks,)."""
    names, count = np.unique(np.asarray(tasks), return_counts=True)
    parts = [values[np.asarray(tasks) == name] for name in names]
    squares = [((part - part.mean(axis=0)) ** 2).sum(axis=0) for part in parts]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array(squares) / (count[:, None] - 1), count.astype(float)
