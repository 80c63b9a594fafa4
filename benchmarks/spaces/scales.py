"""Scales: intervals of numbers mapped to [0, 1], linear or logarithmic, for all doubles and large integers.

Where a quotient or a difference of the bounds overflows, logarithms and halves are taken instead; where
neighbouring values are closer than [0, 1] can tell apart, only every 10**k-th of them is given.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from fractions import Fraction

NARROW = 1e-6  # a width below this share of the bounds: so narrow that a log scale is a linear one
EXACT = 2**50  # whole numbers up to here may be computed as doubles
GRAINS = 13  # digits of the number of distinct values, where there are too many
DIGITS = 10  # of a value on a scale so wide that its quotient overflows

Numbers = Callable[[float], float]


def narrow(low: float, end: float) -> bool:
    """Return whether an interval is so narrow that twelve digits of its bounds would leave few values."""
    return end / 2 - low / 2 < NARROW * max(abs(low), abs(end)) / 2


def wide(low: float, end: float) -> bool:
    """Return whether a positive interval spans more than a quotient of its bounds can say."""
    return low < sys.float_info.min or math.isinf(_quotient(end, low))


def value_at(low: float, end: float, *, log: bool) -> Numbers:
    """Return the function from [0, 1] to the interval; it may leave it by what arithmetic adds."""
    if log and not narrow(low, end):
        if wide(low, end):
            start, span = math.log(low), math.log(end) - math.log(low)
            return lambda u: math.exp(min(start + span * u, math.log(end)))
        ratio = end / low
        return lambda u: low * ratio**u
    width = end - low
    if math.isinf(width):
        return lambda u: low * (1 - u) + end * u
    return lambda u: low + width * u


def share_of(low: float, end: float, *, log: bool) -> Numbers:
    """Return the inverse of ``value_at``; a value of an interval of no width lies in the middle."""
    if low == end:
        return lambda at: 0.5
    if log and not narrow(low, end):
        if wide(low, end):
            start, span = math.log(low), math.log(end) - math.log(low)
            return lambda at: (math.log(at) - start) / span
        width = math.log(end / low)
        return lambda at: math.log(at / low) / width
    width = end - low
    if math.isinf(width):
        return lambda at: (at / 2 - low / 2) / (end / 2 - low / 2)
    return lambda at: (at - low) / width


def whole_at(first: int, last: int, *, log: bool) -> Callable[[float], int]:
    """Return the function from [0, 1] to whole numbers up to and with ``last``, an equal slice each."""
    if max(abs(first), abs(last)) <= EXACT:
        value = value_at(first, last + 1, log=log)
        return lambda u: max(first, min(math.floor(value(u)), last))
    if not log or narrow(first, last):
        count = last - first + 1
        grain = _grain(count, GRAINS)

        def even(u: float) -> int:
            above, below = float(min(max(u, 0.0), 1.0)).as_integer_ratio()
            return first + _on_grain(count * above // below, grain, 0, count - 1)

        return even
    far = value_at(float(first), float(last), log=True)

    def coarse(u: float) -> int:
        index = max(first, min(math.floor(far(u)), last))
        return _on_grain(index, _grain(index, DIGITS), first, last)

    return coarse


def share_of_whole(first: int, last: int, *, log: bool) -> Callable[[int], float]:
    """Return the inverse of ``whole_at``: the middle of a whole number's slice."""
    if max(abs(first), abs(last)) <= EXACT:
        middle = share_of(first, last + 1, log=log)
        return lambda index: middle(index + 0.5)
    if not log or narrow(first, last):
        count = last - first + 1
        return lambda index: float(Fraction(2 * (index - first) + 1, 2 * count))
    far = share_of(float(first), float(last), log=True)
    return lambda index: min(max(far(min(index + 0.5, float(last))), 0.0), 1.0)


def _quotient(end: float, low: float) -> float:
    try:
        return end / low
    except OverflowError:  # of integers
        return math.inf


def _grain(size: int, digits: int) -> int:
    """Return the power of ten that leaves this number of digits of ``size``."""
    return int(10 ** max(0, len(str(abs(size))) - digits))


def _on_grain(index: int, grain: int, first: int, last: int) -> int:
    """Return the multiple of ``grain`` nearest to ``index`` that lies between ``first`` and ``last``."""
    index = (index + grain // 2) // grain * grain
    if index > last:
        index -= grain
    return index + grain if index < first else index
