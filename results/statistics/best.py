"""The best of several combinations: its probability, and which cannot be told apart from it.

All combinations have a score in every block, that is in every repetition of every task; a block's seeds are
shared.  A combination's worth is the mean over tasks of its mean over repetitions.  Results hold for these
tasks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from results.statistics.magnitude import unit
from results.types import LEVEL, Floats

RESAMPLES = 10_000


class Versus(NamedTuple):
    """Each combination against the one with the highest mean; arrays of shape (combinations,).

    Attributes:
        difference: mean of combination - best; not above 0, and 0 for the best itself.
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


def probability_best(
    values: Floats, tasks: ArrayLike, generator: np.random.Generator, resamples: int = RESAMPLES
) -> Floats:
    """Return how often each combination has the highest mean when the repetitions are drawn anew.

    The same repetitions are drawn for all combinations, within each task; n - 1 from n, as in
    ``bootstrap``.  Ties are shared.

    Args:
        values: shape (blocks, combinations), finite.
        tasks: shape (blocks,), the task of each block.

    Returns:
        Shape (combinations,), which adds up to 1; NaN if a task has one repetition only.
    """
    _, code, count = np.unique(np.asarray(tasks), return_inverse=True, return_counts=True)
    if count.min() < 2:
        return np.full(values.shape[1], np.nan)
    weights = np.zeros((resamples, len(values)))
    for task, n in enumerate(count):
        drawn = generator.multinomial(n - 1, np.full(n, 1 / n), resamples)
        weights[:, code == task] = drawn / ((n - 1) * len(count))
    centred = values - values.mean(axis=1, keepdims=True)  # what a block has in common decides nothing
    means = weights @ centred
    first = means >= means.max(axis=1, keepdims=True) - 1e-12 * np.abs(centred).max()
    share: Floats = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    return share


def versus_best(values: Floats, tasks: ArrayLike, level: float = LEVEL) -> Versus:
    """Compare each combination with the one that has the highest mean, by paired t intervals.

    The set of possible ones contains the true best with probability ``level`` or more: it is left out only if
    one certain other combination seems better by a one-sided paired t test, for which there are k - 1
    candidates, so that each is tested at (1 - level) / (k - 1) (subset selection: Gupta, 1965; Hsu, *Multiple
    Comparisons*, 1996).  That holds though the best was picked by looking, which Holm's correction of tests
    against it does not account for, and for any correlation of the combinations; a bootstrap of the largest
    difference would be less cautious, but too narrow with five or ten repetitions.

    Args:
        values: shape (blocks, combinations), finite.
        tasks: shape (blocks,), the task of each block.  With several, the degrees of freedom are Welch's.
        level: of the set as a whole.
    """
    if (size := unit(values)) != 1:
        scaled = versus_best(values / size, tasks, level)
        return Versus(scaled.difference * size, scaled.low * size, scaled.high * size, scaled.possible)
    weights = task_weights(tasks)
    best = int(np.argmax(weights @ values))
    apart = values - values[:, [best]]
    difference = np.minimum(weights @ apart, 0.0)
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
