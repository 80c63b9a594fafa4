"""Tables as data: columns, rows and bold cells; ``render`` makes files of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from results.numerals import PLAIN, ROUNDING, Numerals, at_place, finite, floor_log10, spread

#: How a column's values are shown: as they are; whole; as numbers; value ± half of the interval;
#: value [low, high]; in per cent; a probability in per cent; a p-value; text that may take several lines.
Form = Literal["text", "count", "number", "spread", "interval", "share", "chance", "p", "prose"]

NOTHING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"


class Estimate(NamedTuple):
    """A value with its interval; the limits are NaN where there is none."""

    value: float
    low: float = np.nan
    high: float = np.nan


Value = str | int | float | Estimate


class Column(NamedTuple):
    """A column.

    Attributes:
        name: for programs.
        head: for people.
        form: see ``Form``.
        unit: numbers of one unit are written to the same place.
    """

    name: str
    head: str
    form: Form = "text"
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: also the file's name, unique among the tables of a run.
        caption: plain text.
        columns: at least one.
        rows: as long as ``columns``; NaN and "" where there is nothing.  A text may stand in any column.
        marks: (row, column) of what is set in bold.
        shown: how many rows people see; programs get all.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    marks: frozenset[tuple[int, int]] = frozenset()
    shown: int | None = None

    def texts(self) -> list[list[str]]:
        """Return what people read in the cells of the rows that are shown, unescaped."""
        units = {column.unit for column in self.columns}
        numerals = {unit: places(self._values(unit)) for unit in units}
        return [
            [show(value, column.form, numerals[column.unit]) for value, column in self._pairs(row)]
            for row in self.rows[: self.shown]
        ]

    def _pairs(self, row: tuple[Value, ...]) -> Iterable[tuple[Value, Column]]:
        return zip(row, self.columns, strict=True)

    def _values(self, unit: str) -> list[Value]:
        return [value for row in self.rows for value, column in self._pairs(row) if column.unit == unit]


def places(values: Iterable[Value]) -> Numerals:
    """Return how to write values of one unit: to two digits of half of the usual interval.

    Without intervals to three digits of the values' spread.
    """
    known = list(values)
    halves = [v.high / 2 - v.low / 2 for v in known if isinstance(v, Estimate)]
    numbers = finite(v.value if isinstance(v, Estimate) else v for v in known if not isinstance(v, str))
    largest = float(np.abs(numbers).max(initial=0.0))
    halves = [half for half in halves if np.isfinite(half) and half > ROUNDING * largest]
    digits, size = (1, float(np.median(halves))) if halves else (2, spread(numbers))
    size = size if size > ROUNDING * largest else 0.0
    return at_place(digits - floor_log10(size or largest or 1.0), largest)


def show(value: Value, form: Form, numerals: Numerals = PLAIN) -> str:
    """Return a value as people read it; ``numerals`` say how numbers of its unit are written."""
    if isinstance(value, str):
        return value
    number, low, high = value if isinstance(value, Estimate) else (float(value), np.nan, np.nan)
    if np.isnan(number):
        return NOTHING
    if form == "chance" and not 0.001 <= number <= 0.999:  # no repetitions show that it is 0 or 1
        return "< 0.1 %" if number < 0.5 else "> 99.9 %"
    if form in ("share", "chance"):
        return f"{_typeset(at_place(1, 100.0)(100 * number))} %"
    if form == "p":
        return "< 0.001" if number < 0.001 else f"{number:.3f}"
    if form == "count":
        return f"{round(number)}"
    text = _typeset(numerals(number))
    if np.isnan(low) or form == "number":
        return text
    if form == "spread":
        return f"{text} ± {_typeset(numerals(high / 2 - low / 2))}"
    return f"{text} [{_typeset(numerals(low))}, {_typeset(numerals(high))}]"


def _typeset(text: str) -> str:
    return text.replace("inf", "∞").replace("-", MINUS)
