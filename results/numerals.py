"""Numbers as people read them: significant digits, whatever the magnitude.

``significant`` writes one number by itself, ``numerals`` those of a column, a map or an interval to the same
place, so that they compare.  Programs get all digits, from the CSV and JSON outputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

#: The sign for a value that is unknown or not a number.
UNKNOWN = "?"
#: Magnitudes that are written without a power of ten.
LEAST, MOST = 1e-4, 1e6
#: Of a column, from where on all of it has powers of ten, and the most decimals of one that has not.
LARGE, DECIMALS = 1e7, 6
#: A spread that is a smaller part of the values is rounding, and no difference: the last bits of doubles.
ROUNDING = 8 * float(np.finfo(np.float64).eps)
_DOUBLE = 17  # significant digits that a double has at most


def significant(value: float | None, digits: int = 4) -> str:
    """Return a number with ``digits`` significant digits: ``0.8865``, ``3e-7``, ``4.12e11``.

    Zeros at the end are left out, and whole digits are never rounded away below a million: ``12346``.  What
    is None or NaN is ``?``, an infinity ``inf`` or ``-inf``.
    """
    if value is None or not math.isfinite(value):
        return _not_finite(value)
    text = _rounded(float(value), digits)
    head, e, tail = text.partition("e")
    head = head.rstrip("0").rstrip(".") if "." in head else head
    return f"{head}{e}{tail}"


def _not_finite(value: float | None) -> str:
    if value is None or math.isnan(value):
        return UNKNOWN
    return "inf" if value > 0 else "-inf"


def _rounded(value: float, digits: int) -> str:
    """Return a finite number with all of its significant digits, zeros too."""
    if value == 0:
        return f"{0:.{max(digits - 1, 0)}f}"
    mantissa, _, power = f"{value:.{max(digits - 1, 0)}e}".partition("e")
    exponent = int(power)  # after rounding, which may have raised it
    if LEAST <= 10.0**exponent < MOST:
        return f"{value:.{max(digits - 1 - exponent, 0)}f}"
    return f"{mantissa}e{exponent}"


def probability(value: float) -> str:
    """Return a probability in per cent: ``12.3%``; never 0 or 100, which no repetitions can show."""
    if not math.isfinite(value):
        return UNKNOWN
    if value < 0.001:
        return "<0.1%"
    return ">99.9%" if value > 0.999 else f"{value:.1%}"


class Numerals(NamedTuple):
    """The notation of the numbers of one column.

    Attributes:
        place: of the last digit that counts: 2 = hundredths, -3 = thousands.
        plain: whether all are written without a power of ten.
    """

    place: int
    plain: bool

    def __call__(self, value: float | None, *, sign: bool = False) -> str:
        """Return a number to this place; with a plus if ``sign`` asks for it, never as a negative zero."""
        if value is None or not math.isfinite(value):
            text = _not_finite(value)
        elif not self.plain:
            text = significant(value, 2) if value == 0 else _rounded(value, self._digits(value))
        elif abs(value) >= LARGE:  # one that lies far from the others
            text = significant(value, 3)
        else:
            text = f"{value:.{max(self.place, 0)}f}"
            text = text.removeprefix("-") if float(text) == 0 else text
        return f"+{text}" if sign and not text.startswith(("-", UNKNOWN)) else text

    def _digits(self, value: float) -> int:
        return int(np.clip(self.place + math.floor(math.log10(abs(value))) + 1, 2, _DOUBLE))


#: Whole numbers, and points of the score.
PLAIN, POINTS = Numerals(0, plain=True), Numerals(1, plain=True)


def numerals(values: Iterable[float], digits: int = 3) -> Numerals:
    """Return how to write ``values`` so that ``digits`` digits of their spread are told apart.

    Of a single value, or of equal ones, one digit more counts.  What is not finite does not count.
    """
    array = finite(values)
    largest = float(np.abs(array).max(initial=0.0))
    wide = spread(array)
    size = wide if wide > ROUNDING * largest else largest / 10
    return at_place(digits - 1 - floor_log10(size or largest or 1.0), largest)


def at_place(place: int, largest: float) -> Numerals:
    """Return how to write numbers of which the ``place`` of the last digit and the largest are known."""
    plain = largest < LARGE and (place <= DECIMALS or largest >= LEAST)
    return Numerals(min(place, _DOUBLE - 1 - floor_log10(largest or 1.0)) if plain else place, plain)


def with_halves(written: Numerals, halves: Iterable[float], largest: float) -> Numerals:
    """Return ``written``, or more digits if it makes a zero of half of the usual interval.

    Args:
        written: how to write the values.
        halves: of their intervals; those that are rounding do not count.
        largest: of the values, absolute.
    """
    known = finite(halves)
    known = known[known > ROUNDING * largest]
    usual = float(np.median(known)) if known.size else 0.0
    if not usual or usual >= 0.5 * 10.0**-written.place:
        return written
    return at_place(1 - floor_log10(usual), largest)


def finite(values: Iterable[float]) -> np.ndarray:
    """Return those of the values that are finite, shape (n,)."""
    array = np.array(list(values), dtype=np.float64)
    return array[np.isfinite(array)]


def spread(values: np.ndarray) -> float:
    """Return the largest less the smallest of finite values; 0 of none.  Never infinite."""
    if not values.size:
        return 0.0
    with np.errstate(over="ignore"):
        wide = float(values.max() - values.min())
    return min(wide, float(np.finfo(np.float64).max))


def floor_log10(value: float) -> int:
    """Return the exponent of a number above 0."""
    return math.floor(math.log10(value))


def tick(value: float) -> str:
    """Return the label of an axis's tick: ``10,000``, ``0.002``, ``1e12``."""
    if value == 0 or LEAST <= abs(value) < LARGE:
        return f"{value:,.10g}"
    return significant(value)
