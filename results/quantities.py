"""Quantities of a command line: whole numbers, shares, durations, sizes."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable

from results.messages import one_line

#: Bytes of each unit of a size, in small letters.
BYTES = {"": 1, "b": 1, **{f"{p}b": 1000**n for n, p in enumerate("kmgt", 1)}}
BYTES |= {f"{p}ib": 1024**n for n, p in enumerate("kmgt", 1)}
#: Seconds of each unit of a duration.
SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def whole(least: int) -> Callable[[str], int]:
    """Return the type of an option that takes a whole number, ``least`` or more."""

    def number(text: str) -> int:
        try:
            value = int(text)
        except ValueError:  # not a number, or one of thousands of digits
            raise _refused(text, "a whole number", f"{least} or more") from None
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is too small; give {least} or more")
        return value

    return number


def share(text: str) -> float:
    """Return a number between 0 and 1, both excluded."""
    value = _float(text)
    if not 0 < value < 1:
        raise _refused(text, "a share", "a number between 0 and 1")
    return value


def positive(text: str) -> float:
    """Return a finite number above 0."""
    value = _float(text)
    if not 0 < value < math.inf:
        raise _refused(text, "a positive number", "one above 0")
    return value


def duration(text: str) -> float:
    """Return the seconds, 0 or more, of ``90s``, ``5m``, ``2h``, ``1d``, ``1h30m`` or a number of seconds."""
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd])", text)
    if parts and "".join(number + unit for number, unit in parts) == text.strip():
        return sum(float(number) * SECONDS[unit] for number, unit in parts)
    seconds = _float(text)
    if not seconds >= 0:  # NaN neither
        raise _refused(text, "a duration", "seconds, or such as 90s, 5m, 2h, 1h30m")
    return seconds


def trainings(text: str) -> float:
    """Return the full trainings, 0 or more, of ``50x`` or a number."""
    value = _float(text.strip().removesuffix("x"))
    if not 0 <= value < math.inf:  # NaN neither
        raise _refused(text, "a number of full trainings", "such as 50x; a time is --time-budget")
    return value


def size(text: str) -> int:
    """Return the bytes of ``500MB``, ``10GiB`` or a number of bytes."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*", text)
    if found is None or found[2].lower() not in BYTES:
        raise _refused(text, "a size", "bytes, or such as 500MB, 10GiB")
    return int(float(found[1]) * BYTES[found[2].lower()])


def positive_duration(text: str) -> float:
    """Return a duration above 0, as ``duration`` reads it."""
    seconds = duration(text)
    if not seconds > 0:
        raise _refused(text, "a duration above 0", "seconds, or such as 90s, 5m, 2h")
    return seconds


def spelled(seconds: float) -> str:
    """Return a duration as it would be typed: ``90s``, ``5m``, ``2h``."""
    for unit in ("h", "m"):
        if seconds >= SECONDS[unit] and seconds % SECONDS[unit] == 0:
            return f"{seconds / SECONDS[unit]:.15g}{unit}"
    return f"{seconds:.15g}s"


#: How a quantity of a unit is read where it is written with its unit.
BY_UNIT: dict[str, Callable[[str], float]] = {"s": duration, "x": trainings}


def _float(text: str) -> float:
    """Return a number; NaN, which no comparison admits, where the text is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _refused(text: str, expected: str, give: str) -> argparse.ArgumentTypeError:
    return argparse.ArgumentTypeError(f"{one_line(text, 80)!r} is not {expected}; give {give}")
