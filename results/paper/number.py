"""Number that a text may quote: its name as a LaTeX command, its value, its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from results.numerals import PLAIN, Numerals
from results.tables.model import Estimate, Form, places, show

PREFIX = "tg"
_DIGITS = ("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class Number(NamedTuple):
    """A number, or a name, that a text may quote.

    Attributes:
        name: letters only, with ``PREFIX``.
        value: with all digits; NaN is not allowed.
        text: as people read it.
        comment: what it is.
    """

    name: str
    value: float | str
    text: str
    comment: str


def letters(text: str) -> str:
    """Return ``text`` as a part of a name: capitalised words, digits spelt out."""
    words = re.findall(r"[A-Za-z]+|[0-9]", text)
    return "".join(_DIGITS[int(word)] if word.isdigit() else word[0].upper() + word[1:] for word in words)


def count(name: str, value: object, comment: str) -> Number:
    """Return a whole number."""
    whole = int(str(value))
    return Number(f"{PREFIX}{name}", float(whole), f"{whole}", comment)


def named(name: str, value: str, comment: str) -> Number:
    """Return a name."""
    return Number(f"{PREFIX}{name}", value, value, comment)


def quantity(name: str, value: float, form: Form, comment: str, written: Numerals = PLAIN) -> Number:
    """Return a value, shown in its form."""
    return Number(f"{PREFIX}{name}", float(value), show(float(value), form, written), comment)


def estimate(
    name: str, end: str, estimate: Estimate, comment: str, short: Callable[[float], str] | None = None
) -> Iterator[Number]:
    """Yield a value and the ends of its interval, written to the same place or each by ``short``."""
    written = places([estimate])
    for part, value in zip(("", "Low", "High"), estimate, strict=True):
        text = f"{comment}: {part.lower()} end of the 95 % interval" if part else comment
        quoted = quantity(f"{name}{part}{end}", value, "number", text, written)
        yield quoted._replace(text=short(float(value))) if short else quoted
