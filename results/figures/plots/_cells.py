"""Heat maps of searcher x scheduler: a number with its interval in each cell, or a status with its reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LogNorm, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from results.figures.limits import limits_of_values
from results.figures.page import WIDTH, Page, room, slide
from results.figures.plots._panels import log_ticks
from results.figures.style import SEQUENTIAL, ink
from results.figures.ticks import TickLabels
from results.figures.typesetting import shortened, text_width
from results.numerals import (
    ROUNDING,
    Numerals,
    at_place,
    floor_log10,
    numerals,
    significant,
    tick,
    with_halves,
)
from results.types import Floats, Mode

#: What fits into a cell.
WORDS = {"incompatible": "incomp.", "unavailable": "unavail."}
CELL = (0.9, 0.42)  # the largest cell, inches
BODY = 0.8, 0.42  # share of the page's height that the cells can have: print, slide
NARROWEST = 4.6  # page, inches
MOST_NOTES = 24
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


class Map(NamedTuple):
    """A page with the map, what its caption has to say about colours and reasons, and its notes."""

    page: Page
    said: list[str]
    notes: list[tuple[str, str]]


def heat_map(
    cells: dict[tuple[str, str], HeatCell],
    searchers: list[str],
    schedulers: list[str],
    measure: str,
    mode: Mode,
    *,
    ratios: bool = False,
) -> Map:
    """Draw the cells of (searcher, scheduler); a cell that is not there was not asked for.

    Args:
        measure: what the numbers are.
        mode: whether a higher number ("max") is better.
        ratios: the numbers are above 0 and on a log scale, with the ends of their intervals.
    """
    rows, columns, names = searchers, schedulers, ("searcher", "scheduler")
    if slide() and len(searchers) > len(schedulers):  # it is wide and not high
        rows, columns, names = schedulers, searchers, ("scheduler", "searcher")
        cells = {(scheduler, searcher): cell for (searcher, scheduler), cell in cells.items()}
    mean = np.full((len(rows), len(columns)), np.nan)
    for (row, column), cell_of in cells.items():
        mean[rows.index(row), columns.index(column)] = cell_of.mean
    finite = mean[np.isfinite(mean)]
    limits = _log_limits(finite, mode) if ratios else limits_of_values(finite, mode)
    written = _notation(cells, finite, limits, ratios)
    shade = _norm(limits, ratios)
    width = room()[0] if slide() else WIDTH
    labels = max(text_width(name, 7) for name in rows) + 0.35
    bar = 0.9 + max(0.0, max(text_width(written.number(end), 7) for end in limits) - 0.5)
    cell = min(CELL[0] * (1.3 if slide() else 1), (width - labels - bar) / len(columns))
    body = labels + bar + cell * len(columns)
    height = CELL[1] * len(rows) + 0.5 + _slant(columns, cell)
    page = Page(1, width=max(NARROWEST, body), body_width=body, height=height)
    axis = page.axes[0]
    _colour(axis, pd.DataFrame(mean, index=rows, columns=columns), measure, mode, limits, shade)
    axis.set_ylabel(names[0])
    axis.set_xlabel(names[1])
    high = min(CELL[1], BODY[slide()] * room()[1] / len(rows))
    axis.tick_params(axis="y", labelsize=min(7, high * 72 / 1.25))
    writer = _Writer(axis, mean, shade, mode, written, cell, high)
    numbers = writer.write(cells, rows, columns)
    if cell < max(text_width(name, 7) for name in columns) + 0.1:
        axis.tick_params(axis="x", rotation=35)
        for label in axis.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    beyond = int(_beyond(finite, shade).sum())
    sentences = [f"{beyond} cell{'s' * (beyond > 1)} beyond the end of the colours (sand)."] if beyond else []
    if writer.lines < 2:
        sentences.append(
            "The cells are too low for more than the mean: the size for print has the intervals."
        )
    if numbers:
        sentences.append("Hatched: no result; numbers in brackets refer to the reasons below.")
    return Map(page, sentences, _notes(numbers))


class _Notation(NamedTuple):
    """How a number, and the line below it with its interval, are written."""

    number: Callable[[float], str]
    interval: Callable[[HeatCell], str]


def _notation(
    cells: dict[tuple[str, str], HeatCell], finite: Floats, limits: tuple[float, float], ratios: bool
) -> _Notation:
    if ratios:
        short = partial(significant, digits=2)
        return _Notation(short, lambda cell: f"{short(cell.low)}\N{EN DASH}{short(cell.high)}")
    linear = _numerals(finite, limits, [cell.half for cell in cells.values()])
    return _Notation(lambda value: linear(value), lambda cell: f"±{linear(cell.half)}")


def _log_limits(values: Floats, mode: Mode) -> tuple[float, float]:
    """Return ``limits_of_values`` of ratios, found on their log scale."""
    low, high = np.exp(limits_of_values(np.log(values), mode))
    every = values[(values > low * (1 - 1e-9)) & (values < high * (1 + 1e-9))]
    return (float(every.min()), float(every.max())) if every.size else (1.0, 1.0)


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


def _colours(mode: Mode) -> Colormap:
    colours: Colormap = SEQUENTIAL if mode == "max" else SEQUENTIAL.reversed()
    return colours


def _norm(limits: tuple[float, float], ratios: bool) -> Normalize:
    """Return what makes colours of values; equal ones have the middle colour."""
    low, high = limits
    if high > low:
        return LogNorm(low, high) if ratios else Normalize(low, high)
    pad = 1e-9 * abs(low) or 1e-300  # what is not equal to them lies beyond
    return Normalize(low - pad, high + pad)


def _beyond(means: Floats, shade: Normalize) -> NDArray[np.bool_]:
    """Return which of the finite means are drawn as what lies beyond the colours."""
    beyond: NDArray[np.bool_] = (means < (shade.vmin or 0.0)) | (means > (shade.vmax or 0.0))
    return beyond


def _slant(columns: list[str], cell: float) -> float:
    """Return the height that the column labels need, inches."""
    longest = max(text_width(name, 7) for name in columns)
    return 0.2 if longest + 0.1 <= cell else 0.1 + 0.6 * longest


def _colour(
    axis: Axes,
    table: pd.DataFrame,
    measure: str,
    mode: Mode,
    limits: tuple[float, float],
    shade: Normalize,
) -> None:
    axis.grid(False)
    low, high = limits
    mean = table.to_numpy()
    cut = bool(_beyond(mean[np.isfinite(mean)], shade).any())
    logarithmic = isinstance(shade, LogNorm)
    sns.heatmap(
        table,
        ax=axis,
        cmap=_colours(mode),
        vmin=shade.vmin,
        vmax=shade.vmax,
        norm=shade,
        cbar=bool(np.isfinite(mean).any() and high > low),
        cbar_kws={
            "label": shortened(measure),
            "extend": ("min" if mode == "max" else "max") if cut else "neither",
            "aspect": CELL[1] * len(table) / 0.13,
            "pad": 0.02,
            "format": FuncFormatter(lambda value, _: tick(value)) if logarithmic else TickLabels(),
            "use_gridspec": False,  # the page's layout makes room for it
        },
        linewidths=0.6,
        linecolor="white",
        xticklabels=True,
        yticklabels=True,
    )
    bar = axis.collections[0].colorbar
    if bar and logarithmic:
        bar.ax.yaxis.set_major_locator(FixedLocator(log_ticks(low, high)))
        bar.ax.yaxis.set_minor_locator(NullLocator())
    if bar and bar.solids:
        bar.solids.set_rasterized(False)
        bar.solids.set_edgecolor("face")  # no seams between the steps
    axis.tick_params(length=0, rotation=0)


class _Writer:
    """Writes into the cells, each ``width`` x ``height`` inches."""

    def __init__(
        self,
        axis: Axes,
        mean: Floats,
        shade: Normalize,
        mode: Mode,
        written: _Notation,
        width: float,
        height: float,
    ) -> None:
        self.axis, self.width, self.height = axis, width, height
        self.written = written
        best = np.nanmax if mode == "max" else np.nanmin
        self.best = best(mean) if np.isfinite(mean).any() else np.nan
        self.colours, self.shade = _colours(mode), shade
        # The same for all that are whole.
        alike = HeatCell(self.best, self.best, 3 * self.best, "", "", ())
        self.most = self._fit(self.written.interval(alike), bold=True, most=6.8)

    def write(
        self, cells: dict[tuple[str, str], HeatCell], rows: list[str], columns: list[str]
    ) -> dict[str, int]:
        """Write into every cell and return the reasons with their numbers."""
        numbers: dict[str, int] = {}
        for row, name in enumerate(rows):
            for column, other in enumerate(columns):
                cell = cells.get((name, other))
                marks = [numbers.setdefault(why, len(numbers) + 1) for why in cell.reasons] if cell else []
                mark = f"[{','.join(map(str, marks))}]" if marks else ""
                if cell is None or not np.isfinite(cell.mean):
                    lines = [WORDS.get(cell.status, cell.status), mark] if cell else ["not", "asked"]
                    self._grey(row, column, lines)
                else:
                    self._number(row, column, cell, mark)
        return numbers

    def _number(self, row: int, column: int, cell: HeatCell, mark: str) -> None:
        lines = [f"{AT_LEAST * cell.at_least}{self.written.number(cell.mean)}"]
        if np.isfinite(cell.half):
            lines.append(self.written.interval(cell))
        if mark:
            lines.append(f"{cell.share} {mark}".strip())
        bold = cell.mean == self.best and bool(np.isfinite(cell.half))  # one repetition names no best
        text = "\n".join(lines[: self.lines])
        self._write(
            row,
            column,
            text,
            fontsize=self._fit(text, bold=bold, most=6 if mark else self.most),
            fontweight="bold" if bold else "normal",
            color=ink(self.colours(self.shade(cell.mean))),
            linespacing=1.1,
        )

    def _grey(self, row: int, column: int, lines: list[str]) -> None:
        place = (column, row)
        box = Rectangle(place, 1, 1, facecolor="#F0F0F0", edgecolor="#CFCFCF", hatch="////", linewidth=0)
        self.axis.add_patch(box)
        self.axis.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor="white", linewidth=0.8))
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


def _notes(numbers: dict[str, int]) -> list[tuple[str, str]]:
    notes = [(f"[{number}]", reason) for reason, number in numbers.items()]
    if len(notes) > MOST_NOTES:
        rest = f"and {len(notes) - MOST_NOTES} more reasons: column reason of the experiments table"
        notes = [*notes[:MOST_NOTES], ("…", rest)]
    return notes
