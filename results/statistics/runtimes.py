"""Runtime distributions over many tasks and targets with simulated restarts, with their uncertainty.

COCO draws the distribution alone (Hansen et al., *COCO: performance assessment*, arXiv:1605.03560); the band
is that of the stratified bootstrap: runs are drawn anew within each task, and restarts simulated from those.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from results.statistics.aggregate import Profile
from results.statistics.bootstrap import draw_rows
from results.statistics.targets import runtime_distribution, simulated_restarts
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
    _, tasks, targets = cost.shape
    pairs = [(task, target) for task in range(tasks) for target in range(targets)]
    times = [
        simulated_restarts(
            success[known[:, task], task, target], cost[known[:, task], task, target], generator, DRAWS
        )
        for task, target in pairs
    ]
    share = runtime_distribution(np.array(times), budgets)
    nothing = np.full(len(budgets), np.nan)
    if not resamples or known.sum(axis=0).min() < 2:
        return Profile(share, nothing, nothing)
    rows = draw_rows(known, generator, resamples)
    again = np.concatenate(
        [_restarts(rows[..., a], success[:, a, b], cost[:, a, b], generator) for a, b in pairs], axis=1
    )
    shares = np.array([runtime_distribution(own, budgets) for own in again])
    low, high = np.quantile(shares, [0.5 - level / 2, 0.5 + level / 2], axis=0)
    return Profile(share, low, high)


def _restarts(
    rows: NDArray[np.intp], success: NDArray[np.bool_], cost: Floats, generator: np.random.Generator
) -> Floats:
    """Return runtimes of restarts in each resample, shape (resamples, draws).

    Args:
        rows: shape (resamples, runs), which runs are in it; -1 at the end fills up.
        success, cost: shape (repetitions,).
    """
    rows = rows[:, : int((rows[0] >= 0).sum())]
    hopeless = ~success[rows].any(axis=1)
    total = np.zeros((len(rows), _DRAWS_EACH))
    total[hopeless] = np.inf
    resample, draw = np.nonzero(np.isfinite(total))
    while resample.size:
        picked = rows[resample, generator.integers(rows.shape[1], size=resample.size)]
        total[resample, draw] += cost[picked]
        going = ~success[picked]
        resample, draw = resample[going], draw[going]
    return total
