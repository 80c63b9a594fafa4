"""Pairs of experiments, one of each side, and their differences in each quantity.

A difference is above 0 where the candidate is better.  Scores are in points.  Costs are ratios, on a
logarithmic scale: -log(candidate / baseline), so that -0.69 is twice the cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.compare.scores import LOWEST, score
from results.compare.units import point
from results.gate.sides import CELL, SETTING
from results.numerals import significant
from results.types import Floats

#: Seconds added to both times, so that nothing is not many times nothing.
LEAST_S = 0.01
_TICK_S = 1e-4  # what is stored is rounded to it
#: A cell's target is the score that this share of its experiments, of both sides, misses.
MISSED = 0.2


#: Quantities in points, and their columns.
POINTS = {"score": "best", "test": "test"}
_CONSTANTS = ("baseline", "optimum")


def pair(baseline: pd.DataFrame, candidate: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each experiment that both sides have, in a fixed order.

    Columns are ``SETTING``, and what was measured with ``_b`` and ``_c`` for baseline and candidate.  Both
    are scored with the baseline's constants, where it has them: with other ones the same values would differ.
    """
    both = baseline.merge(candidate, on=SETTING, suffixes=("_b", "_c"))
    has_constants = np.isfinite(both["baseline_b"].astype(float)) & np.isfinite(
        both["optimum_b"].astype(float)
    )
    for name in _CONSTANTS:
        both[f"{name} of candidate"] = both[f"{name}_c"]
        both[f"{name}_c"] = both[f"{name}_c"].where(~has_constants, both[f"{name}_b"])
    return both.sort_values(SETTING, ignore_index=True)


def other_constants(pairs: pd.DataFrame) -> list[str]:
    """Return the tasks whose constants are not the same on both sides."""
    differ = np.zeros(len(pairs), dtype=bool)
    for name in _CONSTANTS:
        one, other = (pairs[column].astype(float) for column in (f"{name}_b", f"{name} of candidate"))
        differ |= one.notna() & other.notna() & ~np.isclose(one, other, rtol=1e-9, atol=0.0)
    return sorted(set(pairs["trainable"][differ]))


def points_in_words(pairs: pd.DataFrame) -> list[str]:
    """Return a sentence on what one point of the score is in each task's metric; none if it is unknown."""
    sentences = []
    for task, rows in pairs.groupby("trainable"):
        one = point(rows.rename(columns={f"{name}_b": name for name in _CONSTANTS}))
        if np.isfinite(one):
            sentences.append(f"{significant(one, 2)} {rows['metric_b'].iloc[0]} on {task}")
    return [f"one point of the score is {', '.join(sentences)}"] if sentences else []


def identical(pairs: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether both experiments of each pair took the same course: same epochs, same incumbents."""
    same = np.ones(len(pairs), dtype=bool)
    for name in ("best", "best_epoch", "epochs_spent", "trials_run", "trials_stopped"):
        same &= (pairs[f"{name}_b"] == pairs[f"{name}_c"]).to_numpy()
    for name in ("steps_epoch", "steps_metric"):
        both = zip(pairs[f"{name}_b"], pairs[f"{name}_c"], strict=True)
        same &= np.fromiter((np.array_equal(*steps) for steps in both), bool, len(pairs))
    return same


def scores(pairs: pd.DataFrame, side: str, metric: str = "best") -> Floats:
    """Return the incumbents' scores of side "b" or "c", shape (pairs,); NaN if the task has no constants.

    Args:
        pairs: of ``pair``.
        side: "b" or "c".
        metric: "best" for the metric that is tuned, or "test" for the same of the test examples.
    """
    values = [pairs[f"{name}_{side}"].to_numpy(float) for name in (metric, "baseline", "optimum")]
    return score(*values)


def score_difference(pairs: pd.DataFrame, metric: str = "best") -> Floats:
    """Return candidate minus baseline, in points; of ``metric`` as in ``scores``.

    NaN where both are at ``LOWEST`` though they differ: a score so low tells nothing of which is worse.
    """
    one, other = scores(pairs, "b", metric), scores(pairs, "c", metric)
    differ = (pairs[f"{metric}_b"] != pairs[f"{metric}_c"]).to_numpy()
    unknown = (one == LOWEST) & (other == LOWEST) & differ
    return np.where(unknown, np.nan, other - one)


def epochs_ratio(pairs: pd.DataFrame) -> Floats:
    """Return the log ratio of all epochs spent."""
    return _log(pairs["epochs_spent_b"], pairs["epochs_spent_c"])


def target_ratio(pairs: pd.DataFrame) -> Floats:
    """Return the log ratio of the epochs spent until the incumbent reaches the cell's target.

    The target is a quantile of the final scores of both sides together, so that it favours neither.  A run
    that does not reach it counts as twice the budget's epochs; of a pair of which neither does, neither is
    slower.  NaN where the cell has no target that tells anything: a score is unknown, or it is ``LOWEST``.
    """
    ratios = np.empty(len(pairs))
    finals = {side: scores(pairs, side) for side in "bc"}
    for rows in pairs.groupby(CELL, sort=False).indices.values():
        both = np.concatenate([finals["b"][rows], finals["c"][rows]])
        target = np.quantile(both, MISSED, method="higher") if np.isfinite(both).all() else np.nan
        if not target > LOWEST:
            ratios[rows] = np.nan
            continue
        cell = pairs.iloc[rows]
        ratios[rows] = _log(_reached(cell, "b", target), _reached(cell, "c", target))
    return ratios


def suggest_ratio(pairs: pd.DataFrame) -> Floats:
    """Return the log ratio of the processor seconds in the searcher, less the ``common`` factor."""
    return _times(pairs, "suggest_s", common(pairs))


def overhead_ratio(pairs: pd.DataFrame) -> Floats:
    """Return the log ratio of the processor seconds in scheduler and Tune, less what is ``common``.

    Of a single scheduler all is common, so that nothing is taken off.
    """
    several = pairs["scheduler"].nunique() > 1
    return _times(pairs, "overhead_s", common(pairs) if several else 1.0)


def common(pairs: pd.DataFrame) -> float:
    """Return the ratio of the candidate's overhead to the baseline's, the median over all experiments.

    What makes everything slower alike is another load of the machine, which differs from one hour to the next
    by more than any margin.
    """
    one, other = (pairs[f"overhead_s_{side}"].clip(lower=_TICK_S) for side in "bc")
    return float(np.exp(-np.median(_log(one, other))))


MEASURES: Mapping[str, Callable[[pd.DataFrame], Floats]] = {
    **{name: partial(score_difference, metric=column) for name, column in POINTS.items()},
    "epochs": epochs_ratio,
    "target": target_ratio,
    "suggest": suggest_ratio,
    "overhead": overhead_ratio,
}


def why_unknown(quantity: str, pairs: pd.DataFrame) -> str:
    """Return why differences in a quantity are unknown.

    Args:
        quantity: one of ``MEASURES``, or another of the score.
        pairs: whose differences are NaN.
    """
    if quantity in ("suggest", "overhead"):
        return "a side has no processor times"
    if quantity == "epochs":
        return "a side spent no epoch"
    column = POINTS.get(quantity, "best")
    missing = [int((~np.isfinite(pairs[f"{column}_{side}"].astype(float))).sum()) for side in "bc"]
    if any(missing):
        which = "baseline" if missing[0] >= missing[1] else "candidate"
        return f"the {which} has no {'test metric' if column == 'test' else 'finite metric'}"
    return f"both sides are at a score of {LOWEST:g} or below, where scores say no more"


def _times(pairs: pd.DataFrame, name: str, slower: float) -> Floats:
    """Return the log ratio of times, of which the candidate's are ``slower`` for no fault of its own."""
    return _log(pairs[f"{name}_b"] + LEAST_S, pairs[f"{name}_c"] / slower + LEAST_S)


def _reached(pairs: pd.DataFrame, side: str, target: float) -> Floats:
    """Return the epochs after which each incumbent has the target score."""
    reached = 2.0 * pairs["trials"].to_numpy(float) * pairs["epochs"].to_numpy(float)
    columns = [pairs[f"{name}_{side}"] for name in ("steps_epoch", "steps_metric", "baseline", "optimum")]
    for index, (epoch, metric, zero, full) in enumerate(zip(*columns, strict=True)):
        # Single precision of the metric must not miss the target that is this very value.
        there = score(metric, zero, full) >= target - 1e-4 * abs(100 - target) - 1e-4
        if there.any():
            reached[index] = epoch[there.argmax()]
    return np.asarray(reached, dtype=np.float64)


def _log(baseline: pd.Series | Floats, candidate: pd.Series | Floats) -> Floats:
    one, other = np.asarray(baseline, dtype=np.float64), np.asarray(candidate, dtype=np.float64)
    ratio: Floats = np.log(one) - np.log(other)
    return ratio
