"""Main effect of a factor: its levels' means over everything else, compared within blocks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.stratified import Means, stratified_mean
from results.types import LEVEL, Floats


class MainEffect(NamedTuple):
    """The main effect of a factor.

    Attributes:
        means: of each level, shape (levels,), with the interval of its effect: of its difference to the mean
            of all levels in the same block.  Of two levels the intervals are apart exactly if the paired
            interval of their difference is beside 0; of more they are then, or seldomer.
        differences: of each level to the reference, paired within blocks, shape (levels,); 0 for itself.
        blocks: how many blocks count: those with a value at every level.
    """

    means: Means
    differences: Means
    blocks: int


def main_effect(values: Floats, reference: int = 0, level: float = LEVEL) -> MainEffect:
    """Return the main effect of a factor: the mean over blocks, each of which has all of its levels.

    A block is a repetition of a task with everything else alike.  What is different within one repetition
    shares its seeds, so it is averaged first: repetitions are the sample and tasks the strata, as in
    ``stratified_mean``.

    Args:
        values: shape (repetitions, tasks, others, levels), NaN where one is missing; each task has a block
            with a value at every level.
        reference: the level that the others are compared with.
        level: of each interval by itself.

    Returns:
        Intervals are NaN if a task has one repetition only.
    """
    whole = np.asarray(np.isfinite(values).all(axis=-1))
    kept = np.where(whole[..., None], values, np.nan)
    centre = kept.mean(axis=-1, keepdims=True)
    effects = stratified_mean(_over_others(kept - centre), level)
    grand = stratified_mean(_over_others(centre)).mean[0]
    differences = stratified_mean(_over_others(kept - kept[..., reference, None]), level)
    return MainEffect(Means(*(grand + part for part in effects)), differences, int(whole.sum()))


def _over_others(values: Floats) -> Floats:
    """Return the mean over the axis of others of what is known, shape (repetitions, tasks, levels)."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        means: Floats = np.where(known, values, 0.0).sum(axis=2) / known.sum(axis=2)
    return means
