"""Runtime distributions over many tasks and targets with simulated restarts, with their uncertainty.

COCO draws the distribution alone (Hansen et al., *COCO: performance assessment*, arXiv:1605.03560); the band
is that of the stratified bootstrap: runs are drawn anew within each task, and restarts simulated from those.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.statistics.aggregate import Profile
from results.statistics.bootstrap import draw_rows
from results.statistics.targets import runtime_distribution
from results.types import LEVEL, Floats

DRAWS = 200
RESAMPLES = 100
_DRAWS_EACH = 20


def restart_profile(
    success: NDArray[np.bool_],
    cost: Floats,
    budgets: Floats,
    generator: np.random.Generator,
    *,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
) -> Profile:
    """Return the share of (task, target) pairs that restarts reach within each budget.

    Args:
        success: shape (repetitions, tasks, targets).
        cost: of the same shape, up to the target or of the whole run; NaN where a repetition is missing.
        budgets: shape (points,), finite.
        resamples: 0 for no band.

    Returns:
        The band is NaN without resamples, and if a task has one run only.
    """
    known = np.isfinite(cost[..., 0])
    tasks = [(success[known[:, task], task], cost[known[:, task], task]) for task in range(known.shape[1])]
    times = [_restarts(np.arange(len(runs))[None], done, runs, generator, DRAWS)[0] for done, runs in tasks]
    share = runtime_distribution(np.concatenate(times, axis=1), budgets)
    nothing = np.full(len(budgets), np.nan)
    if not resamples or known.sum(axis=0).min() < 2:
        return Profile(share, nothing, nothing)
    rows = draw_rows(known, generator, resamples)
    again = np.concatenate(
        [
            _restarts(rows[..., task], success[:, task], cost[:, task], generator, _DRAWS_EACH)
            for task in range(known.shape[1])
        ],
        axis=2,
    )
    shares = np.array([runtime_distribution(own, budgets) for own in again])
    low, high = np.quantile(shares, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return Profile(share, low, high)


def _restarts(
    rows: NDArray[np.intp],
    success: NDArray[np.bool_],
    cost: Floats,
    generator: np.random.Generator,
    draws: int,
) -> Floats:
    """Return runtimes of restarts in each resample, shape (resamples, draws, targets).

    A draw is one series of runs, which all targets share.

    Args:
        rows: shape (resamples, runs), which runs are in it; -1 at the end fills up.
        success, cost: shape (repetitions, targets).
    """
    rows = rows[:, : int((rows[0] >= 0).sum())]
    hopeless = ~success[rows].any(axis=1)
    waiting = np.repeat(~hopeless, draws, axis=0)
    total = np.where(waiting, 0.0, np.inf)
    resample = np.repeat(np.arange(len(rows)), draws)
    going = np.flatnonzero(waiting.any(axis=1))
    while going.size:
        picked = rows[resample[going], generator.integers(rows.shape[1], size=going.size)]
        still = waiting[going]
        total[going] += np.where(still, cost[picked], 0.0)
        waiting[going] = still & ~success[picked]
        going = going[waiting[going].any(axis=1)]
    return total.reshape(len(rows), draws, -1)
