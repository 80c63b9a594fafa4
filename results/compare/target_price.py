"""Price of a target: what a combination spends, with restarts, until it is as good as random search.

COCO's expected runtime (Hansen et al., arXiv:1605.03560): the epochs of all runs up to the target, those of
runs that never reach it too, by the number of runs that do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.compare.comparison import Comparison
from results.compare.convergence import regrets
from results.statistics.targets import first_hits
from results.types import LEVEL, Axis, Floats, Mode

RESAMPLES = 500


class TargetPrices(NamedTuple):
    """The price of each combination, with its interval; shape (combinations,).

    Attributes:
        mean: geometric over tasks; infinite where no run of a task reached the target.
        low, high: percentile bootstrap over repetitions; NaN if a task has one repetition.
    """

    mean: Floats
    low: Floats
    high: Floats


def target_prices(comparison: Comparison, axis: Axis = "epochs") -> TargetPrices:
    """Return what each combination spends until it reaches the target of each task.

    The target of a task is what the median run of plain random search with full training reaches at its end;
    if that did not run, the median of all runs.  Over several tasks runs are compared by their regret, on one
    by its score or metric.
    """
    success, cost = _hits(comparison, axis)
    runs = np.isfinite(cost)
    mean = _price(success, cost)
    nothing = np.full(len(mean), np.nan)
    if not runs.size or runs.sum(axis=0).min() < 2:
        return TargetPrices(mean, nothing, nothing)
    generator = np.random.default_rng(0)
    drawn = generator.integers(len(cost), size=(RESAMPLES, len(cost)))
    again = np.sort([_price(success[rows], cost[rows]) for rows in drawn], axis=0)
    cut = int((0.5 - LEVEL / 2) * RESAMPLES)  # by rank: between a number and infinity there is nothing
    return TargetPrices(mean, again[cut], again[-1 - cut])


def _hits(comparison: Comparison, axis: Axis) -> tuple[NDArray[np.bool_], Floats]:
    """Return whether and at what cost runs reach the target: shape (repetitions, tasks, combinations)."""
    curves = regrets(comparison, axis) if comparison.doubled else comparison.curves(axis)
    mode: Mode = "min" if comparison.doubled or comparison.mode == "min" else "max"
    rows = comparison.outcomes
    last = np.array([curves.curve(key).y[-1] for key in curves.keys])
    targets = np.full(len(rows), np.nan)
    searcher, scheduler = comparison.base or ("", "")
    plain = ((rows["searcher"] == searcher) & (rows["scheduler"] == scheduler)).to_numpy()
    for task in comparison.tasks:
        mine = (rows["trainable"] == task).to_numpy()
        targets[mine] = np.median(last[mine & plain] if (mine & plain).any() else last[mine])
    hits = [
        first_hits(curves.curve(key), [target], mode)
        for key, target in zip(curves.keys, targets, strict=True)
    ]
    success = comparison.cube(np.array([float(hit.success[0]) for hit in hits]))
    return np.nan_to_num(success).astype(np.bool_), comparison.cube(np.array([hit.cost[0] for hit in hits]))


def _price(success: NDArray[np.bool_], cost: Floats) -> Floats:
    """Return expected runtimes, geometric means over tasks; shapes (repetitions, tasks, combinations)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.nansum(cost, axis=0) / success.sum(axis=0)
        logs = np.log(np.where(success.any(axis=0), price, np.inf))
        mean: Floats = np.exp(logs.mean(axis=0))
    return mean
