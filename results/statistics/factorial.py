"""Two-way analysis of variance: effects of searcher, scheduler and their interaction on the score.

Frames and blocks are those of ``layout``: repetitions of one task, or several tasks.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from results.statistics.layout import AXES, Normal, adjusted, layout, normal_equations, pseudo_inverse
from results.types import Floats

EFFECTS = (*AXES, "interaction")
SHARES = (*EFFECTS, "either", "noise")


def sums_of_squares(normal: Normal, combinations: pd.MultiIndex) -> tuple[Floats, NDArray[np.intp]]:
    """Return sums of squares and degrees of freedom of ``EFFECTS``, each of shape (3,).

    Type II: each axis after the other one, the interaction after both.  That needs no combination that does
    not exist, and main effects have their usual meaning where the interaction is small.
    """
    one, other = (_indicators(combinations, axis) for axis in AXES)
    both = normal.explained(np.hstack([one, other]))
    each = [both - normal.explained(other), both - normal.explained(one)]
    everything = normal.explained(np.eye(len(combinations)))
    squares = np.array([*each, everything - both])
    return np.where(squares > 1e-12 * everything, squares, 0.0), _degrees(combinations)


def effects(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the analysis of variance of the layout: score = block + searcher * scheduler + error.

    The tests assume normal errors of one variance, correlated no more than a block explains.

    Returns:
        A row for each of ``EFFECTS``: squares (type II), df, df_error, f, p.  p is NaN for an interaction
        without degrees of freedom: no two searchers have two schedulers in common.

    Raises:
        ValueError: see ``layout.layout``; also if nothing is left for the error.
    """
    table = layout(frame)
    values = table.to_numpy()
    normal = normal_equations(values - np.nanmean(values))
    squares, df = sums_of_squares(normal, _index(table))
    error, df_error = _error(values, normal)
    return f_table(squares, df, error / df_error, df_error)


def f_table(squares: Floats, df: NDArray[np.intp], mean_square: float, df_error: int) -> pd.DataFrame:
    """Return the table of F tests of ``EFFECTS``, given the error's mean square."""
    with np.errstate(divide="ignore", invalid="ignore"):
        f = np.where(df > 0, squares / df / mean_square, np.nan)
    columns = {"squares": squares, "df": df, "df_error": df_error, "f": f, "p": stats.f.sf(f, df, df_error)}
    return pd.DataFrame(columns, index=list(EFFECTS))


def shares(frame: pd.DataFrame) -> pd.Series:
    """Return which share of the variance of the combinations' means each of ``SHARES`` has; they add up to 1.

    An axis has what it explains beyond the other one.  "either" is what both can explain alike: where
    combinations are missing, good schedulers may just be those with good searchers; it is 0 in a complete
    layout, and negative if one axis hides the other.  What noise alone would give is taken off each, as in
    omega squared (Hays, 1963): an effect that is not there is 0 on average, and may be slightly negative.

    Raises:
        ValueError: see ``effects``.
    """
    table = layout(frame)
    values, combinations = table.to_numpy(), _index(table)
    normal = normal_equations(values - np.nanmean(values))
    error, df_error = _error(values, normal)
    noise = error / df_error * pseudo_inverse(normal.matrix)
    means = adjusted(values)
    means -= means.mean()
    one, other = (_projection(_indicators(combinations, axis)) for axis in AXES)
    both = _projection(np.hstack([_indicators(combinations, axis) for axis in AXES]))
    level = np.full_like(both, 1 / len(both))
    parts = [both - other, both - one, np.eye(len(both)) - both, one + other - both - level]
    chance = np.array([np.sum(part * noise) for part in parts])
    forms = np.array([means @ part @ means for part in parts])
    with np.errstate(invalid="ignore"):
        return pd.Series([*(forms - chance), chance.sum()] / (means @ means), index=list(SHARES))


def _error(values: Floats, normal: Normal) -> tuple[float, int]:
    """Return the sum of squares and the degrees of freedom of what block + combination leave."""
    blocks, combinations = values.shape
    df = int(np.isfinite(values).sum()) - blocks - combinations + 1
    if df < 1:
        raise ValueError(
            f"{blocks} blocks of {combinations} combinations with {np.isfinite(values).sum()} scores leave "
            "nothing to estimate the error by; run more repetitions"
        )
    within = float(np.nansum((values - np.nanmean(values, axis=1, keepdims=True)) ** 2))
    left = within - normal.explained(np.eye(combinations))
    return (left if left > 1e-12 * within else 0.0), df


def _index(table: pd.DataFrame) -> pd.MultiIndex:
    columns: list[Any] = table.columns.to_list()
    return pd.MultiIndex.from_tuples(columns, names=AXES)


def _indicators(combinations: pd.MultiIndex, axis: str) -> Floats:
    codes, names = pd.factorize(combinations.get_level_values(axis))
    return np.eye(len(names))[codes]


def _degrees(combinations: pd.MultiIndex) -> NDArray[np.intp]:
    one, other = (combinations.get_level_values(axis).nunique() for axis in AXES)
    return np.array([one - 1, other - 1, len(combinations) - one - other + 1])


def _projection(design: Floats) -> Floats:
    projection: Floats = design @ np.linalg.pinv(design)
    return projection
