"""Limits of axes that show what learned, without letting what failed flatten it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from results.types import Floats, Mode

#: Of fewer combinations none is cut off.
FEWEST = 8


def robust_limits(
    groups: Sequence[ArrayLike], mode: Mode, keep: float = 1.0, least: float = 0.0
) -> tuple[float, float]:
    """Return limits (low, high) that show what learned, without letting what failed flatten it.

    Where a gap of half of the whole range parts the groups (the values of a trial, of a line) by their
    best values, those on its bad side are failures and do not count.  Of the others' values the best
    ``keep`` count, and only those on the good side of such a gap, if they are most.  If all this would save
    less than a third of the range, nothing is cut.

    Args:
        groups: arrays of any lengths; values that are not finite are ignored.
        mode: which end is good and never cut.
        keep: share of the values that stay inside, in (0, 1].
        least: share of the groups that count, whatever the gap.  What a few configurations learned
            is worth all the room; but one combination that is better than all does not make those failures.

    Returns:
        Limits without margin; (0, 1) if there is no finite value.
    """
    sign = 1.0 if mode == "max" else -1.0
    arrays = [sign * np.asarray(group, dtype=np.float64) for group in groups]
    arrays = [array[np.isfinite(array)] for array in arrays]
    arrays = [array for array in arrays if array.size]
    if not arrays:
        return 0.0, 1.0
    pooled = np.concatenate(arrays)
    worst, best = float(pooled.min()), float(pooled.max())
    gap = best / 2 - worst / 2
    tops = np.array([array.max() for array in arrays])
    failed = _below_gap(tops, gap)
    if (tops > failed).mean() < least:
        failed = -np.inf
    values = np.concatenate([array for array in arrays if array.max() > failed])
    jumped = _below_gap(values, gap)
    if (values <= jumped).sum() < len(values) / 2:
        values = values[values > jumped]
    cut = float(np.quantile(values, 1 - keep, method="lower"))
    low = cut if cut / 3 - worst / 3 > (best / 3 - worst / 3) / 3 else worst
    return (low, best) if mode == "max" else (-best, -low)


def limits_of_values(values: Floats, mode: Mode, keep: float = 1.0) -> tuple[float, float]:
    """Return ``robust_limits`` where each group is one value, a combination's; half of them at least count.

    Of fewer than ``FEWEST`` all count: they have colours and room enough.

    Args:
        values: shape (combinations,).
        mode, keep: as ``robust_limits`` takes them.
    """
    known = values[np.isfinite(values)]
    if 0 < len(known) < FEWEST:
        return float(known.min()), float(known.max())
    return robust_limits(list(values[:, None]), mode, keep, least=0.5)


def _below_gap(values: Floats, gap: float) -> float:
    """Return the value below the widest gap in ``values``, or -infinity if none is wider than ``gap``."""
    ordered = np.sort(values)
    with np.errstate(over="ignore"):
        steps = np.diff(ordered)
    if not steps.size or steps.max() <= gap:
        return -np.inf
    return float(ordered[steps.argmax()])
