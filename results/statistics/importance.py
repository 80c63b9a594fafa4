"""PED-ANOVA: the importance of each hyperparameter for being among the best trials.

S. Watanabe, A. Bansal, F. Hutter, *PED-ANOVA: efficiently quantifying hyperparameter importance in arbitrary
subspaces*, 2023, arXiv:2304.10255.  The importance of a hyperparameter is the Pearson divergence of its
density among the best trials from that among all trials: a hyperparameter that does not matter has the same
density in both.  Densities are kernel estimates on a grid, of Scott's bandwidth, with one prior kernel.

A hyperparameter that some trials do not have (it belongs to a condition) counts by the trials that have it:
its divergence is weighed by alpha**2 / beta, where alpha and beta are their shares among the best and among
all trials (*Conditional PED-ANOVA*, arXiv:2601.20800, theorem 4.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from results.types import LEVEL, Floats

STEPS = 50  # cells of a numeric hyperparameter
TARGET = 0.1  # share of the trials that are the best ones
RESAMPLES = 300
_LEAST = 2  # trials that have a hyperparameter, for it to count
_NARROWEST = 0.5 / 1.64  # a kernel keeps 90 % of its weight in its own cell


class Cells(NamedTuple):
    """A hyperparameter on a grid.

    Attributes:
        place: shape (trials,), the cell of each trial's value; -1 where it has none.
        size: how many cells.
        ordered: the cells are neighbours of each other; else they are categories.
    """

    place: NDArray[np.intp]
    size: int
    ordered: bool


def numeric(values: ArrayLike, low: float, high: float, *, log: bool = False, steps: int = STEPS) -> Cells:
    """Return numbers as cells of equal widths, the outer ones centred on ``low`` and ``high``.

    Args:
        values: shape (trials,); NaN where a trial does not have the hyperparameter.
        low, high: the domain, low < high; 0 < low if ``log``.
        log: the widths are equal on a logarithmic scale.

    Raises:
        ValueError: if the domain is none.
    """
    if not (low > 0 or not log) or not low < high:
        raise ValueError(f"{low:g} to {high:g} is not a domain; expected{' 0 <' if log else ''} low < high")
    place = np.asarray(values, dtype=np.float64)
    there = np.isfinite(place)
    place = np.where(there, place, low)
    if not np.isfinite(high - low):
        place, low, high = place / 4, low / 4, high / 4
    if log:
        place, low, high = np.log(place), float(np.log(low)), float(np.log(high))
    index = np.ceil((place - low) / ((high - low) / (steps - 1)) - 0.5).astype(np.intp)
    return Cells(np.where(there, np.clip(index, 0, steps - 1), -1), steps, ordered=True)


def density(counts: ArrayLike, *, ordered: bool) -> Floats:
    """Return the kernel estimate of how often each cell comes, shape (cells,); it sums to 1.

    Args:
        counts: shape (cells,), of the trials in each; at least one trial.
        ordered: kernels are truncated normals of Scott's bandwidth, else what categories have.
    """
    often = np.asarray(counts, dtype=np.float64)
    occupied = np.flatnonzero(often)
    weights, size = often[occupied], len(often)
    total = weights.sum()
    if ordered:
        # The last kernel is the prior's: at the middle, as wide as the grid.
        centres = np.append(occupied, (size - 1) / 2)
        widths = np.append(np.full(len(occupied), _bandwidth(occupied, weights)), size)
        edges = ndtr((np.arange(size + 1) - 0.5 - centres[:, None]) / widths[:, None])
        kernels = np.diff(edges, axis=1) / (edges[:, -1:] - edges[:, :1])
    else:
        prior = 1 / (len(occupied) + 1)
        kernels = np.full((len(occupied) + 1, size), prior)
        kernels[np.arange(len(occupied)), occupied] += 1
        kernels /= kernels.sum(axis=1, keepdims=True)
    estimate: Floats = np.append(weights, 1.0) @ kernels / (total + 1)
    return estimate


def _bandwidth(occupied: NDArray[np.intp], weights: Floats) -> float:
    """Return Scott's bandwidth of observations ``occupied`` that come ``weights`` times, in cells."""
    total, summed = weights.sum(), np.cumsum(weights)
    mean = occupied @ weights / total
    deviation = np.sqrt((occupied - mean) ** 2 @ weights / max(1, total - 1))
    first = np.searchsorted(summed, total // 4, side="left")
    third = np.searchsorted(summed, total * 3 // 4, side="right")
    middle = occupied[min(len(occupied) - 1, third)] - occupied[first]
    return float(max(1.059 * min(middle / 1.34, deviation) * total**-0.2, _NARROWEST))


def best(loss: Floats, weights: Floats, target: float = TARGET) -> NDArray[np.bool_]:
    """Return which trials are among the best ``target`` of them, ties with the last one included.

    Args:
        loss: shape (trials,), finite; lower is better.
        weights: shape (trials,), whole numbers: how often each trial counts.
        target: in (0, 1).
    """
    order = np.argsort(loss, kind="stable")
    summed = np.cumsum(weights[order])
    last = np.searchsorted(summed, np.ceil(target * summed[-1]))
    chosen: NDArray[np.bool_] = (loss <= loss[order[last]]) & (weights > 0)
    return chosen


def importance(
    parameters: Sequence[Cells], loss: ArrayLike, weights: ArrayLike | None = None, target: float = TARGET
) -> Floats:
    """Return the share of each hyperparameter in what it takes to be among the best, shape (parameters,).

    The shares sum to 1; they are all 0 if none matters.

    Args:
        parameters: the values of all trials, one entry a hyperparameter.
        loss: shape (trials,), finite; lower is better.
        weights: shape (trials,), whole numbers: how often each trial counts; once by default.
        target: share of the trials that are the best ones, in (0, 1).
    """
    losses = np.asarray(loss, dtype=np.float64)
    times = np.ones(len(losses)) if weights is None else np.asarray(weights, dtype=np.float64)
    chosen = times * best(losses, times, target)
    divergences = np.array([_divergence(cells, times, chosen) for cells in parameters])
    return divergences / divergences.sum() if divergences.sum() > 0 else divergences


def _divergence(cells: Cells, times: Floats, chosen: Floats) -> float:
    there = cells.place >= 0
    every, good = (np.bincount(cells.place[there], weight[there], cells.size) for weight in (times, chosen))
    if every.sum() < _LEAST or not good.sum() or cells.size < 2:
        return 0.0
    among_best, among_all = (density(part, ordered=cells.ordered) + 1e-12 for part in (good, every))
    alpha, beta = good.sum() / chosen.sum(), every.sum() / times.sum()
    return float(alpha**2 / beta * (among_all @ (among_best / among_all - 1) ** 2))


def intervals(
    parameters: Sequence[Cells],
    loss: Floats,
    group: NDArray[np.intp],
    generator: np.random.Generator,
    target: float = TARGET,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Floats:
    """Return bootstrap percentile limits of ``importance``, shape (2, parameters).

    Whole groups of trials are drawn anew, n - 1 of n (see ``results.statistics.bootstrap``).

    Args:
        group: shape (trials,), the repetition of each trial: 0, 1, 2, ...

    Returns:
        NaN if there is one group only.
    """
    n = int(group.max()) + 1
    if n < 2:
        return np.full((2, len(parameters)), np.nan)
    draws = generator.multinomial(n - 1, np.full(n, 1 / n), resamples)
    values = [importance(parameters, loss, draw[group], target) for draw in draws]
    limits: Floats = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return limits
