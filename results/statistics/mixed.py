"""A linear mixed model of scores over several tasks: what varies by task, by repetition, by combination.

score = mean(searcher, scheduler) + task + (task, repetition) + (task, combination) + error

with free means and the other four random and normal, after Geburek et al., *LMEMs for post-hoc analysis of
HPO benchmarking*, arXiv:2408.02533.  The term (task, combination) is ours: without it, how much the worth of
a combination differs from task to task counts as if it were chance between repetitions, and tests find
differences that the next task does not show (Barr et al., *Random effects structure for confirmatory
hypothesis testing: keep it maximal*, J. of Memory and Language 68, 2013).

The variances are estimated by restricted maximum likelihood (REML) on the normal equations, so that time goes
with the number of combinations and not of experiments; none is negative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from results.statistics.factorial import f_table, sums_of_squares
from results.statistics.layout import Normal, islands, scores
from results.types import Floats

RANDOM = ("task", "repetition", "combination")


class Mixed(NamedTuple):
    """The fitted model.

    Attributes:
        effects: F tests of searcher, scheduler and interaction (type II), see ``factorial.effects``.
        means: of the combinations, indexed by (searcher, scheduler).
        covariance: of the means, shape (combinations, combinations), given the variances.
        variances: of ``RANDOM`` and "error"; NaN for what cannot be told from the error, which then has it.
    """

    effects: pd.DataFrame
    means: pd.Series
    covariance: Floats
    variances: pd.Series


class _Task(NamedTuple):
    """Sums over one task's scores.  Columns of its design: 1, a repetition each, a combination each."""

    gram: Floats  # (columns, columns)
    moment: Floats  # (columns,)
    square: float
    kinds: NDArray[np.intp]  # (columns,), index in RANDOM
    cells: NDArray[np.intp]  # which combinations


class _Solved(NamedTuple):
    """The normal equations and what REML needs of them, in units of the error's variance."""

    normal: Normal
    means: Floats
    left: float  # y' P y, the sum of squares that neither means nor random terms explain
    criterion: float  # -2 log of the restricted likelihood, up to a constant
    slope: Floats  # of the criterion by the variance ratios, shape (3,)


def fit(frame: pd.DataFrame, *, same_everywhere: bool = False) -> Mixed:
    """Fit the model to a frame with the columns that ``layout`` names.

    The denominator's degrees of freedom are those of the random term that contains the combinations (the
    containment method of SAS's PROC MIXED): (tasks - 1) * (combinations - 1) if none is missing.  If nothing
    is missing and no variance is 0, the tests are those of the analysis of variance with tasks as subjects.

    Args:
        frame: experiments of two tasks or more.
        same_everywhere: assume that a combination is as good on every task, up to chance: no term (task,
            combination).  Then results hold for these tasks only.

    Raises:
        ValueError: see ``layout.layout``; also if there is one task only, or nothing left for the error.
    """
    table = scores(frame)
    tasks = table.index.get_level_values("trainable")
    names = tasks.unique()
    if len(names) < 2:
        raise ValueError("there is one task; expected two or more; factorial.effects is for one")
    values = table.to_numpy()
    known = np.isfinite(values)
    per_task = np.array([known[tasks == name].any(axis=0) for name in names])
    if islands(np.argwhere(per_task)) > 1:
        raise ValueError("some tasks have no combination in common with the others; run some on all tasks")
    repeated = known.sum() > per_task.sum()
    use = np.array([True, repeated, repeated and not same_everywhere])
    rows = per_task.sum() if use[2] or not repeated else known.sum()
    blocks = len(names) if use[2] or not repeated else len(table)
    df_error = int(rows) - blocks - table.shape[1] + 1
    if df_error < 1:
        raise ValueError("the tasks leave nothing to estimate the error by; run more tasks or repetitions")
    shift, scale = float(np.nanmean(values)), float(np.nanstd(values)) or 1.0
    data = [_task((values[tasks == name] - shift) / scale) for name in names]
    return _fitted(table.columns, data, use, df_error, shift, scale)


def _fitted(
    columns: pd.Index, data: list[_Task], use: NDArray[np.bool_], df_error: int, shift: float, scale: float
) -> Mixed:
    spare = int(sum(task.gram[0, 0] for task in data)) - len(columns)

    def criterion(free: Floats) -> tuple[float, Floats]:
        """Of log(1 + ratio): as flat as a logarithm, and its slope at a variance of 0 is not 0."""
        solution = _solve(data, _ratios(free, use), len(columns))
        return solution.criterion, solution.slope[use] * np.exp(free)

    start = np.full(int(use.sum()), np.log(2.0))
    bounds = [(0.0, 14.0)] * len(start)
    best = minimize(criterion, start, jac=True, bounds=bounds, options={"ftol": 1e-14, "gtol": 1e-7})
    ratios = _ratios(best.x, use)
    solution = _solve(data, ratios, len(columns))
    error = solution.left / spare
    combinations = pd.MultiIndex.from_tuples(columns.to_list(), names=columns.names)
    squares, df = sums_of_squares(solution.normal, combinations)
    covariance: Floats = np.linalg.inv(solution.normal.matrix).astype(np.float64) * (error * scale**2)
    variances = np.append(np.where(use, ratios, np.nan), 1.0) * error * scale**2
    return Mixed(
        f_table(squares, df, error, df_error).assign(squares=squares * scale**2),
        pd.Series(shift + scale * solution.means, index=combinations),
        covariance,
        pd.Series(variances, index=[*RANDOM, "error"]),
    )


def _ratios(free: Floats, use: NDArray[np.bool_]) -> Floats:
    """Return variances relative to the error's, shape (3,)."""
    ratios = np.zeros(len(RANDOM))
    ratios[use] = np.expm1(free)
    return ratios


def _task(values: Floats) -> _Task:
    """Return the sums over a task's scores, shape (repetitions, combinations)."""
    row, column = np.nonzero(np.isfinite(values))
    cells, code = np.unique(column, return_inverse=True)
    y = values[row, column]
    design = np.hstack([np.ones((len(y), 1)), np.eye(len(values))[row], np.eye(len(cells))[code]])
    kinds = np.repeat([0, 1, 2], [1, len(values), len(cells)])
    return _Task(design.T @ design, design.T @ y, float(y @ y), kinds, cells)


def _solve(data: list[_Task], ratios: Floats, cells: int) -> _Solved:
    """Return the generalised least squares for given variance ratios.

    For V = I + Z diag(ratios) Z', Woodbury's identity gives Z'V^-1 Z and Z'V^-1 y from sums over Z alone; as
    the last columns of Z are the combinations, these hold the normal equations too.
    """
    matrix, right, square, log_v, weighted = np.zeros((cells, cells)), np.zeros(cells), 0.0, 0.0, []
    for task in data:
        root = np.sqrt(ratios[task.kinds])
        inner = np.eye(len(root)) + root[:, None] * task.gram * root
        both = np.c_[task.gram, task.moment]
        both -= task.gram @ (root[:, None] * np.linalg.solve(inner, root[:, None] * both))
        last = slice(-len(task.cells), None)
        matrix[np.ix_(task.cells, task.cells)] += both[last, :-1][:, last]
        right[task.cells] += both[last, -1]
        inside = root * task.moment
        square += task.square - float(inside @ np.linalg.solve(inner, inside))
        log_v += float(np.linalg.slogdet(inner)[1])
        weighted.append((task, last, both[:, :-1], both[:, -1]))
    inverse = np.linalg.inv(matrix)
    means = inverse @ right
    left = max(square - float(right @ means), 1e-300)
    spare = sum(task.gram[0, 0] for task in data) - cells
    slope = np.zeros(len(RANDOM))
    for task, last, gram, moment in weighted:
        rest = moment - gram[:, last] @ means[task.cells]
        lost = np.einsum("jc,cd,jd->j", gram[:, last], inverse[np.ix_(task.cells, task.cells)], gram[:, last])
        slope += np.bincount(task.kinds, np.diag(gram) - lost - spare * rest**2 / left, len(RANDOM))
    log_normal = float(np.linalg.slogdet(matrix)[1])
    criterion = spare * float(np.log(left)) + log_v + log_normal
    return _Solved(Normal(matrix, right), means, left, criterion, slope)
