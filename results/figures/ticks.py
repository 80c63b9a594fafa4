"""Labels of an axis's ticks: each a number by itself, with its power of ten."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import ScalarFormatter

from results.numerals import significant

_MOST = 12  # digits


class TickLabels(ScalarFormatter):
    """Labels as matplotlib writes them, but never less a number, or a power, that stands above the axis.

    That would lie over the panel's title, and hide that 3.1 means 3.1e-7.
    """

    def format_ticks(self, values: list[float]) -> list[str]:
        """Return the labels of all ticks."""
        labels: list[str] = super().format_ticks(list(values))
        if not super().get_offset():
            return labels
        return [self.fix_minus(label) for label in _apart(np.asarray(values, dtype=np.float64))]

    def get_offset(self) -> str:
        """Return nothing: each label says all of its number."""
        return ""


def _apart(ticks: np.ndarray) -> list[str]:
    """Return labels of as many digits as tell the ticks apart."""
    steps = np.abs(np.diff(ticks))
    near = 1e-3 * float(steps[steps > 0].min(initial=np.inf))
    for digits in range(1, _MOST):
        labels = [significant(tick, digits) for tick in ticks]
        if np.all(np.abs(np.array([float(label) for label in labels]) - ticks) <= near):
            return labels
    return [significant(tick, _MOST) for tick in ticks]
