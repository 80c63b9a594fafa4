"""Marginal means of searchers and schedulers, and which half of the best combination brings its gain.

Blocks are those of ``layout.layout``: the repetitions of one task, or several tasks.  Intervals are t
intervals with the jackknife's standard error, leaving out one block at a time: where nothing is missing, that
is the t interval of the blocks' own values, whatever the variances and correlations of the combinations are.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from results.statistics.layout import AXES, adjusted, islands, layout
from results.statistics.magnitude import unit
from results.store.parts import base_in_words
from results.types import LEVEL, Floats

PARTS = ("searcher", "scheduler", "interaction", "total")


class Gain(NamedTuple):
    """The gain of the best combination over the base, by its parts.

    Attributes:
        base: (searcher, scheduler) to start from.
        best: the combination with the highest mean.
        parts: a row for each of ``PARTS`` with columns gain, low, high, in points of the score: by switching
            only the searcher, only the scheduler, what both together bring beyond that, and all of it.  NaN
            where the combination to look at does not exist.  As the best was chosen by the same scores, its
            gain is somewhat too high.
        held_out: the mean gain of what looks best in all other blocks, in the block left out; not too high.
            NaN if it does not exist in any.
    """

    base: tuple[str, str]
    best: tuple[str, str]
    parts: pd.DataFrame
    held_out: float


def contrasts(values: Floats, weights: Floats, level: float = LEVEL) -> Floats:
    """Return weighted sums of the combinations' means, with t intervals by the jackknife over blocks.

    Args:
        values: shape (blocks, combinations), NaN where there is none.
        weights: shape (sums, combinations).
        level: of each interval by itself.

    Returns:
        Shape (sums, 3): estimate, low, high.  The interval is NaN if one block alone has a combination that
        counts in the sum, or holds the others together.
    """
    if (size := unit(values)) != 1:
        return contrasts(values / size, weights, level) * size
    estimate = _sums(weights, adjusted(values))
    blocks = len(values)
    without = np.array([_sums(weights, _means_without(values, block)) for block in range(blocks)])
    error = np.sqrt((blocks - 1) / blocks * ((without - without.mean(axis=0)) ** 2).sum(axis=0))
    half = stats.t.ppf(0.5 + level / 2, blocks - 1) * error
    return np.column_stack([estimate, estimate - half, estimate + half])


def marginal_means(frame: pd.DataFrame, axis: str, level: float = LEVEL) -> pd.DataFrame:
    """Return the mean score of each searcher, or of each scheduler, over the combinations that exist.

    A searcher that exists only with the good schedulers has a high ``mean``: means are comparable only where
    ``over`` is the same.  ``advantage`` is comparable: how much better the searcher is than the average
    searcher (itself included) under the same scheduler, averaged over its schedulers that have another
    searcher too.  In a complete layout it is the main effect, mean minus grand mean.

    Args:
        frame: see ``layout``.
        axis: "searcher" or "scheduler".
        level: of each interval by itself.

    Returns:
        Columns over (the names on the other axis, a tuple), mean, low, high, advantage, advantage_low,
        advantage_high; the highest advantage first.

    Raises:
        ValueError: see ``layout.layout``; also if there is no such axis.
    """
    if axis not in AXES:
        raise ValueError(f"{axis!r} is not an axis; expected one of {', '.join(AXES)}")
    table = layout(frame)
    names, member, weights = _weights(table.columns, axis)
    other = table.columns.get_level_values(AXES[1 - AXES.index(axis)])
    names_of = table.columns.get_level_values(axis)
    mean = contrasts(table.to_numpy(), member / member.sum(axis=1, keepdims=True), level)
    advantage = contrasts(table.to_numpy(), weights, level)
    columns = ["mean", "low", "high", "advantage", "advantage_low", "advantage_high"]
    found = pd.DataFrame(np.hstack([mean, advantage]), index=names, columns=columns)
    found.insert(0, "over", [tuple(sorted(other[names_of == name])) for name in names])
    return found.sort_values("advantage", ascending=False, kind="stable")


def advantages(table: pd.DataFrame, axis: str) -> pd.DataFrame:
    """Return the advantage of each searcher, or scheduler, in each block by itself.

    Args:
        table: scores without a gap, blocks x (searcher, scheduler).
        axis: "searcher" or "scheduler".

    Returns:
        Blocks x names, see ``marginal_means``; without those that have no other to be compared with.
    """
    names, _, weights = _weights(table.columns, axis)
    frame = pd.DataFrame(table.to_numpy() @ weights.T, index=table.index, columns=names)
    return frame.dropna(axis="columns")


def _weights(combinations: pd.Index, axis: str) -> tuple[pd.Index, Floats, Floats]:
    """Return the axis's names, which combinations are theirs, and the weights of their advantages.

    Both arrays have shape (names, combinations); weights are NaN for a name that cannot be compared.
    """
    names_of = combinations.get_level_values(axis)
    other = combinations.get_level_values(AXES[1 - AXES.index(axis)])
    names = names_of.unique().sort_values()
    member = (names.to_numpy()[:, None] == names_of.to_numpy()).astype(float)
    same = (other.to_numpy()[:, None] == other.to_numpy()).astype(float)
    lead = np.eye(len(same)) - same / same.sum(axis=1)
    shared = member * (same.sum(axis=1) > 1)
    with np.errstate(invalid="ignore"):
        weights: Floats = shared @ lead / shared.sum(axis=1, keepdims=True)
    return names, member, weights


def gain(frame: pd.DataFrame, base: tuple[str, str] | None, level: float = LEVEL) -> Gain:
    """Return what the best combination gains over ``base``, and which half of it brings that.

    Args:
        frame: see ``layout``.
        base: searcher and scheduler to start from; None if unknown.
        level: of each interval by itself.

    Raises:
        ValueError: see ``layout.layout``; also if ``base`` is not in the frame.
    """
    table = layout(frame)
    combinations: list[Any] = table.columns.to_list()
    if base is None or base not in combinations:
        known = ", ".join(" x ".join(pair) for pair in combinations)
        raise ValueError(f"there is no {base_in_words(base)} to compare with; there is {known}")
    values = table.to_numpy()
    best = combinations[int(np.argmax(adjusted(values)))]
    unit = dict(zip(combinations, np.eye(len(combinations)), strict=True))
    missing: Floats = np.full(len(combinations), np.nan)
    total = unit[best] - unit[base]
    searcher = unit.get((best[0], base[1]), missing) - unit[base]
    scheduler = unit.get((base[0], best[1]), missing) - unit[base]
    weights = np.array([searcher, scheduler, total - searcher - scheduler, total])
    estimates = contrasts(values, weights, level)
    parts = pd.DataFrame(estimates, index=list(PARTS), columns=["gain", "low", "high"])
    return Gain(base, best, parts, _held_out(values, combinations.index(base)))


def _held_out(values: Floats, base: int) -> float:
    """Return the mean over blocks of (what is best without the block) - base, in the block itself."""
    without = [(block, _means_without(values, block)) for block in range(len(values))]
    picks = [(block, int(np.nanargmax(means))) for block, means in without if np.isfinite(means).any()]
    gains = np.array([values[block, best] - values[block, base] for block, best in picks])
    return float(np.nanmean(gains)) if np.isfinite(gains).any() else np.nan


def _means_without(values: Floats, block: int) -> Floats:
    """Return the means without a block; NaN without a score, and everywhere if the rest falls in two."""
    rest = np.delete(values, block, axis=0)
    known = np.isfinite(rest)
    means = np.full(values.shape[1], np.nan)
    rows, columns = known.any(axis=1), known.any(axis=0)
    if islands(np.argwhere(known)) == 1:
        means[columns] = adjusted(rest[np.ix_(rows, columns)])
    return means


def _sums(weights: Floats, means: Floats) -> Floats:
    """Return ``weights @ means``, where a mean that is NaN counts only if its weight is not 0."""
    sums: Floats = np.where(weights != 0, weights * means, 0.0).sum(axis=1)
    return sums
