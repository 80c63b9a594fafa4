"""Collapsed runs: pairs in which one side loses far more than noise explains, and which shares can be seen.

A mean says little of losses that are rare and large, the usual kind of bug: a run in ten that ends at
nothing is not an outlier; a test of the mean cannot see it until it has happened.  So the share of runs that
collapse is tested by itself.  A run has collapsed if it loses more than twice the
combination's margin against the same repetition of the other side: what happens in less than half of the
runs and takes the mean down by the margin loses as much.  The excess is the share of pairs in which the
candidate alone has collapsed less the share in which the baseline alone has.  What took the same course on
both sides counts as unchanged, as it does for means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.statistics.betting import least_share
from results.types import Floats

#: In margins of the combination, and the most in points: the way from the best known to random search's
#: baseline.  A loss that the task's margin allows is not a collapse.
TIMES, MOST = 2.0, 100.0
#: The largest share that a pass may leave unseen, however few the repetitions are.
LARGEST = 0.5
#: Why a margin is what it is: it is the gate's own, or the stored side is noisier than that.
FIXED, NOISE = "fixed", "widened to the noise of the stored side"


class StoredNoise(NamedTuple):
    """Collapses of unchanged code with other seeds, from the repetitions of the stored side.

    Attributes:
        swaps: shape (pairs of repetitions, cells): -1, 0 or 1 as ``collapses``; NaN where a cell lacks one.
        cap: repetitions at the last look.
        alpha: level of the gate.
    """

    swaps: Floats
    cap: int
    alpha: float


def collapse_losses(task_margins: Floats, own_margins: Floats) -> Floats:
    """Return the loss in points above which a run of each cell has collapsed, shape (cells,)."""
    losses: Floats = np.fmax(task_margins, np.fmin(TIMES * own_margins, MOST))
    return losses


def collapses(differences: Floats, losses: Floats) -> Floats:
    """Return -1 where the candidate alone has collapsed, 1 where the baseline alone has, else 0.

    Args:
        differences: of the score, candidate minus baseline; NaN where it is unknown, as in the result.
        losses: of ``collapse_losses``, of a shape that fits.
    """
    signs = (differences > losses).astype(float) - (differences < -losses)
    return np.where(np.isnan(differences), np.nan, signs)


def blocks_of(values: Floats, trainables: NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Return mean and sum of ``collapses`` in each block: the runs of one task in one repetition.

    These share their seeds; other tasks and other repetitions have others.

    Args:
        values: shape (repetitions, cells).
        trainables: of the cells, shape (cells,).

    Returns:
        Both of shape (blocks,), repetition by repetition; blocks without any known value are left out.
    """
    tasks = np.unique(trainables.astype(str), return_inverse=True)[1]
    member = np.eye(tasks.max() + 1)[tasks]
    known = np.isfinite(values)
    count = known @ member
    total = np.where(known, values, 0.0) @ member
    there = count > 0
    return total[there] / count[there], total[there]


def swaps_of(scores: Floats, losses: Floats, most: int = 6) -> Floats:
    """Return the collapses between repetitions of one side: what other seeds do by themselves.

    Args:
        scores: shape (repetitions, cells); NaN where a cell lacks one.
        losses: of ``collapse_losses``.
        most: with how many other repetitions each is compared.
    """
    n = len(scores)
    steps = np.unique(np.linspace(1, max(n // 2, 1), most).astype(int))
    pairs = [np.roll(scores, step, axis=0) - scores for step in steps] if n > 1 else []
    return collapses(np.concatenate([*pairs, np.empty((0, scores.shape[1]))]), losses)


def share_margin(
    least: float, cells: pd.DataFrame, indices: NDArray[np.intp], noise: StoredNoise | None, groups: int
) -> tuple[float, str]:
    """Return the share of collapsed runs that a pass rules out in a group of cells, and why this one.

    Args:
        least: what is asked for.
        cells: one row a cell.
        indices: of the group.
        noise: of the stored side; None if it is unknown.
        groups: how many there are of this kind; nearly all are to pass if nothing has changed.
    """
    if noise is None:
        return least, FIXED
    trainables = cells["trainable"].to_numpy()[indices]
    blocks, _ = blocks_of(noise.swaps[:, indices], trainables)
    variance = float((blocks**2).mean()) if len(blocks) else 0.0
    n = noise.cap * len(set(trainables))
    quiet, seen = (least_share(v, n, noise.alpha, groups) for v in (0.0, variance))
    if seen <= least:
        return least, FIXED
    reason = f"what {n} repetitions can show" if variance == 0 or seen <= 1.2 * quiet else NOISE
    return min(seen, LARGEST), reason


def loss_of_each(cells: pd.DataFrame, task_margins: Mapping[str, float], own_margins: Floats) -> Floats:
    """Return ``collapse_losses`` of each cell."""
    of_task: Floats = np.asarray(cells["trainable"].map(dict(task_margins)), dtype=np.float64)
    return collapse_losses(of_task, own_margins)
