"""The cells of a heat map: their numbers or status, in type that fits into each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from results.compare.colour_scale import ColourScale
from results.figures.plots._map_colours import ScaleNorm, colours_of
from results.figures.style import ink
from results.figures.typesetting import text_width
from results.numerals import (
    ROUNDING,
    Numerals,
    at_place,
    floor_log10,
    numerals,
    significant,
    with_halves,
)
from results.types import Floats, Mode

#: What fits into a cell.
WORDS = {"incompatible": "incomp.", "unavailable": "unavail."}
SMALLEST = 4.2  # type; a line that would be smaller is left out
SPACING = 1.15
AT_LEAST = "\N{GREATER-THAN OR EQUAL TO}"


class HeatCell(NamedTuple):
    """One combination.

    Attributes:
        mean: NaN if there is none.
        low, high: its interval; NaN if there is none.
        share: such as "2 of 3", if not all that was asked is in the mean.
        status: of what went wrong, else ok.
        reasons: what went wrong, a line each.
        at_least: whether the mean is a lower bound.
    """

    mean: float
    low: float
    high: float
    share: str
    status: str
    reasons: tuple[str, ...]
    at_least: bool = False

    @property
    def half(self) -> float:
        """Half the width of the interval."""
        return (self.high - self.low) / 2


def without_mean(share: str, reasons: tuple[str, ...]) -> HeatCell:
    """Return the cell of a combination that has no mean, with the status of what went wrong first."""
    missing = reasons or ("not asked: the experiments of some tasks",)
    status = missing[0].partition(":")[0].partition(",")[0]
    return HeatCell(np.nan, np.nan, np.nan, share, status, missing)


class Notation(NamedTuple):
    """The notation of a number, and of the line below it with its interval."""

    number: Callable[[float], str]
    interval: Callable[[HeatCell], str]
    numerals: Numerals | None = None


def notation(
    cells: dict[tuple[str, str], HeatCell], finite: Floats, limits: tuple[float, float], ratios: bool
) -> Notation:
    if ratios:
        short = partial(significant, digits=2)
        return Notation(short, lambda cell: f"{short(cell.low)}\N{EN DASH}{short(cell.high)}")
    linear = _numerals(finite, limits, [cell.half for cell in cells.values()])
    return Notation(lambda value: linear(value), lambda cell: f"±{linear(cell.half)}", linear)


def _numerals(means: Floats, limits: tuple[float, float], halves: list[float]) -> Numerals:
    """Return how to write means and intervals: as the means within the colours differ, if that is known."""
    inside = means[(means >= limits[0]) & (means <= limits[1])]
    largest = float(np.abs(inside).max(initial=0.0))
    rounded = with_halves(numerals(inside), halves, largest)
    known = [half for half in halves if np.isfinite(half) and half > ROUNDING * largest]
    if not known:
        return rounded
    finest = 3 - floor_log10(float(np.median(known)))  # four digits of an interval are more than it says
    return at_place(min(rounded.place, finest), largest)


class CellWriter:
    """Writes into the cells, each ``width`` x ``height`` inches."""

    def __init__(
        self,
        axis: Axes,
        best: float,
        scale: ColourScale,
        mode: Mode,
        written: Notation,
        width: float,
        height: float,
    ) -> None:
        self.axis, self.width, self.height = axis, width, height
        self.written = written
        self.best = best
        self.colours, self.norm = colours_of(scale, mode), ScaleNorm(scale, mode)
        # The same for all that are whole.
        alike = HeatCell(self.best, self.best, 3 * self.best, "", "", ())
        self.most = self._fit(self.written.interval(alike), bold=True, most=6.8)

    def write(
        self, cells: dict[tuple[str, str], HeatCell], rows: list[str], columns: list[str]
    ) -> dict[str, int]:
        """Write into every cell and return the reasons with their numbers."""
        numbers: dict[str, int] = {}
        empty: list[list[tuple[float, float]]] = []  # corners of each cell without a number
        for row, name in enumerate(rows):
            for column, other in enumerate(columns):
                cell = cells.get((name, other))
                marks = [numbers.setdefault(why, len(numbers) + 1) for why in cell.reasons] if cell else []
                mark = f"[{','.join(map(str, marks))}]" if marks else ""
                if cell is None or not np.isfinite(cell.mean):
                    lines = [WORDS.get(cell.status, cell.status), mark] if cell else ["not", "asked"]
                    self._grey(row, column, lines)
                    right, below = column + 1, row + 1
                    empty.append([(column, row), (right, row), (right, below), (column, below)])
                else:
                    self._number(row, column, cell, mark)
        self._hatch(empty)
        return numbers

    def _hatch(self, cells: list[list[tuple[float, float]]]) -> None:
        """Hatch all cells without a number, in two artists: one for each cell takes half of a page's time."""
        hatched = PolyCollection(
            cells, facecolors="#F0F0F0", edgecolors="#CFCFCF", hatch="////", linewidths=0
        )
        borders = PolyCollection(cells, facecolors="none", edgecolors="white", linewidths=0.8)
        for artist in (hatched, borders):
            self.axis.add_collection(artist, autolim=False)

    def _number(self, row: int, column: int, cell: HeatCell, mark: str) -> None:
        lines = [f"{AT_LEAST * cell.at_least}{self.written.number(cell.mean)}"]
        if np.isfinite(cell.half):
            lines.append(self.written.interval(cell))
        if mark:
            lines.append(f"{cell.share} {mark}".strip())
        equal = self.written.number(cell.mean) == self.written.number(self.best)
        bold = equal and bool(np.isfinite(cell.half))  # one repetition names no best
        text = "\n".join(lines[: self.lines]).replace("-", "\N{MINUS SIGN}")
        self._write(
            row,
            column,
            text,
            fontsize=self._fit(text, bold=bold, most=6 if mark else self.most),
            fontweight="bold" if bold else "normal",
            color=ink(self.colours(self.norm([cell.mean]))[0]),
            linespacing=1.1,
        )

    def _grey(self, row: int, column: int, lines: list[str]) -> None:
        text = "\n".join(lines[-self.lines :])
        alike = f"{text}\n{WORDS['unavailable']}" if len(lines) <= self.lines else text
        self._write(
            row,
            column,
            text,
            fontsize=self._fit(alike, bold=False, most=6),  # all greys alike
            color="#333333",
            linespacing=1.15,
            bbox={"facecolor": "#F0F0F0", "edgecolor": "none", "pad": 0.8},
        )

    def _write(self, row: int, column: int, text: str, **look: Any) -> None:
        label = self.axis.text(column + 0.5, row + 0.5, text, ha="center", va="center", **look)
        label.set_in_layout(False)  # it fits into its cell

    @property
    def lines(self) -> int:
        """The height of a cell in lines of the smallest type."""
        return max(1, int(self.height * 72 / SMALLEST / SPACING))

    def _fit(self, text: str, *, bold: bool, most: float) -> float:
        """Return the type size, at most ``most``, at which the lines of ``text`` fit into a cell."""
        lines = text.split("\n")
        widest = max(text_width(line, most, bold) for line in lines)
        high = self.height * 72 / SPACING / min(len(lines), self.lines)
        return min(high, most * min(1.0, (self.width - 0.04) / widest))
