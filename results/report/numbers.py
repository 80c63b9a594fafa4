"""Numbers of the page's data: rounded, with None for what is not finite."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from results.numerals import Numerals, floor_log10, numerals, with_halves
from results.report.cells import GridCell
from results.types import Floats

#: Significant digits of what is drawn or listed.
DIGITS = 5


def numbers(values: ArrayLike, digits: int = DIGITS) -> list[float | None]:
    """Return values with ``digits`` significant digits; None for what is not finite."""
    array = np.asarray(values, dtype=np.float64)
    fine = np.isfinite(array)
    safe = np.where(fine & (array != 0), array, 1.0)
    power = digits - 1 - np.floor(np.log10(np.abs(safe)))
    # Of the others the scale is not a number; and all digits of a double are no rounding.
    usual = (np.abs(power) < 300) & (digits < 16)
    scale = 10.0 ** np.where(usual, power, 0.0)
    rounded = np.where(array == 0, 0.0, np.where(usual, np.round(safe * scale) / scale, safe)).tolist()
    if fine.all():
        return list(rounded)
    return [value if known else None for value, known in zip(rounded, fine.tolist(), strict=True)]


def notation(grid: Iterable[GridCell], means: Floats) -> Numerals:
    """Return how to write the means of a metric: to four digits of their spread, or three of a small one."""
    rounded = numerals(means, 4)
    rounded = rounded if rounded.place < 6 else numerals(means)
    halves = (cell.high / 2 - cell.low / 2 for cell in grid)
    return with_halves(rounded, halves, float(np.abs(means).max(initial=0.0)))


def digits_of(written: Numerals, means: Floats) -> int:
    """Return how many significant digits it takes to write values to a place."""
    largest = float(np.abs(means).max(initial=0.0))
    return int(np.clip(written.place + floor_log10(largest or 1.0) + 2, DIGITS, 17))
