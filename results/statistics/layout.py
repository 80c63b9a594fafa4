"""Scores as a table of blocks x combinations, and the combinations' means by least squares.

A frame has a row an experiment and the columns trainable, searcher, scheduler, repetition and score (higher
is better).  What a block is depends on how far the results shall hold:

- One task: a block is a repetition, whose seeds all combinations share.  Results hold for this task.
- Several tasks: a block is a task, and an entry is the combination's mean over the task's repetitions.  What
  differs from task to task is then the error, so that results hold for tasks like these.

Many combinations do not exist, since not every searcher works with every scheduler.  Nothing is said about
those, and no value is made up for them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from results.types import Floats

AXES = ("searcher", "scheduler")
_CELLS: list[str] = ["trainable", "repetition", *AXES]


class Normal(NamedTuple):
    """Normal equations of the combinations' means: ``matrix @ means = right``, what is left after all else.

    Attributes:
        matrix: shape (combinations, combinations), symmetric, perhaps singular.
        right: shape (combinations,).
    """

    matrix: Floats
    right: Floats

    def explained(self, design: Floats) -> float:
        """Return the sum of squares that means of the form ``design @ x`` explain."""
        right = design.T @ self.right
        return float(right @ pseudo_inverse(design.T @ self.matrix @ design) @ right)


def layout(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the scores as a table of blocks x combinations (searcher, scheduler), NaN where there is none.

    Raises:
        ValueError: if the frame has two scores for one experiment or one that is not finite, only equal
            scores, fewer than two searchers, schedulers or blocks, or if searchers and schedulers are not
            crossed.
    """
    table = scores(frame)
    tasks = table.index.get_level_values("trainable")
    if tasks.nunique() > 1:
        means = {task: _task_means(table[tasks == task], str(task)) for task in tasks.unique()}
        table = pd.DataFrame(means).T.reindex(columns=table.columns)
    else:
        table = table.droplevel("trainable")
    if len(table) < 2:
        raise ValueError("there is one repetition of one task; expected two or more, to see what is chance")
    _connected(table, "blocks")
    return table


def scores(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the scores, (trainable, repetition) x (searcher, scheduler), checked as ``layout`` says."""
    if not np.isfinite(frame["score"].to_numpy(dtype=np.float64)).all():
        raise ValueError("a score is not finite; leave out the rows without a score")
    if frame["score"].nunique() == 1:
        raise ValueError(f"{len(frame)} scores and all are equal; expected some that differ")
    if (twice := frame[frame.duplicated(_CELLS)]).size:
        which = ", ".join(str(value) for value in twice.iloc[0][_CELLS])
        raise ValueError(f"two scores for {which}; give experiments of one setting (workers, budget, ...)")
    for axis in AXES:
        if (number := frame[axis].nunique()) < 2:
            raise ValueError(f"there is {'one' if number else 'no'} {axis}; it takes two or more to compare")
    if (parts := islands(frame[list(AXES)].to_numpy())) > 1:
        raise ValueError(
            f"searchers and schedulers are not crossed: they fall into {parts} groups that share neither, so "
            "that their effects cannot be told apart; run combinations that link the groups"
        )
    return frame.pivot(index=_CELLS[:2], columns=list(AXES), values="score").astype(float)


def islands(pairs: NDArray[Any]) -> int:
    """Return in how many parts the graph falls whose edges are ``pairs``, shape (edges, 2)."""
    left, right = (pd.factorize(column)[0] for column in pairs.T)
    size = int(left.max()) + 1
    graph = csr_array((np.ones(len(left)), (left, size + right)), shape=(size + int(right.max()) + 1,) * 2)
    return int(connected_components(graph, directed=False)[0])


def normal_equations(values: Floats) -> Normal:
    """Return what ``values``, shape (blocks, combinations), say of means, for free block effects."""
    known = np.isfinite(values).astype(float)
    filled = np.where(known > 0, values, 0.0)
    share = known / known.sum(axis=1, keepdims=True)
    return Normal(
        np.diag(known.sum(axis=0)) - known.T @ share, filled.sum(axis=0) - share.T @ filled.sum(axis=1)
    )


def adjusted(values: Floats) -> Floats:
    """Return the means of the combinations in the average block, by least squares.

    Args:
        values: shape (blocks, combinations), connected; where nothing is missing, the means are plain ones.
    """
    if np.isfinite(values).all():
        plain: Floats = values.mean(axis=0)
        return plain
    shift = float(np.nanmean(values))
    normal = normal_equations(values - shift)
    means = pseudo_inverse(normal.matrix) @ normal.right
    level = sum(float(np.nanmean(row)) for row in values - means) / len(values)
    return (means + level).astype(np.float64)


def pseudo_inverse(matrix: Floats) -> Floats:
    """Return the Moore-Penrose inverse of a symmetric matrix of counts."""
    return np.linalg.pinv(matrix, rcond=1e-10, hermitian=True).astype(np.float64)


def _task_means(table: pd.DataFrame, task: str) -> pd.Series:
    run = table.dropna(axis="columns", how="all")
    _connected(run, f"repetitions of {task}")
    return pd.Series(adjusted(run.to_numpy()), index=run.columns)


def _connected(table: pd.DataFrame, rows: str) -> None:
    if (parts := islands(np.argwhere(np.isfinite(table.to_numpy())))) > 1:
        raise ValueError(
            f"the {rows} fall into {parts} groups without a common combination, so that they cannot be "
            "compared; run the missing repetitions"
        )
