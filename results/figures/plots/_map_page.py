"""Pages with a heat map of searcher x scheduler: an interval, or a status with its reason, in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from results.compare.colour_scale import ColourScale
from results.figures.page import Page
from results.figures.page_size import fills, room, wide
from results.figures.plots._map_cell import CellWriter, HeatCell, Notation, notation
from results.figures.plots._map_colours import ScaleNorm, colours_of
from results.figures.plots._panels import log_ticks
from results.figures.ticks import TickLabels
from results.figures.typesetting import shortened, text_width, wrap
from results.numerals import tick
from results.types import Floats, Mode

CELL = (0.9, 0.42)  # the largest cell, inches
BODY = 0.8, 0.42  # share of the page's height that the cells can have: print, slide
NARROWEST = 4.6  # page, inches
TYPE = 6.5  # the smallest type of numbers in print; of more cells than fit in it there are more pages
BAR = 0.9  # what the bar of colours takes, inches
MOST_NOTES = 24


class Map(NamedTuple):
    """A page with a map, what its caption has to say about colours and reasons, and its notes."""

    page: Page
    said: list[str]
    notes: list[tuple[str, str]]


class _Style(NamedTuple):
    """The common properties of all pages of a map."""

    measure: str
    mode: Mode
    scale: ColourScale
    written: Notation
    best: float
    names: tuple[str, str]


def heat_maps(
    cells: dict[tuple[str, str], HeatCell],
    searchers: list[str],
    schedulers: list[str],
    measure: str,
    mode: Mode,
    *,
    ratios: bool = False,
) -> list[Map]:
    """Draw the cells of (searcher, scheduler), on as many pages as their type needs.

    A cell that is not there was not asked for.

    Args:
        measure: what the numbers are.
        mode: whether a higher number ("max") is better.
        ratios: the numbers are above 0 and on a log scale, with the ends of their intervals.
    """
    rows, columns, names = searchers, schedulers, ("searcher", "scheduler")
    if wide() and len(searchers) > len(schedulers):
        rows, columns, names = schedulers, searchers, ("scheduler", "searcher")
        cells = {(scheduler, searcher): cell for (searcher, scheduler), cell in cells.items()}
    means = np.array([cell.mean for cell in cells.values()])
    finite = means[np.isfinite(means)]
    scale = ColourScale.of(finite, mode, logarithmic=ratios)
    written = notation(cells, finite, scale.limits, ratios)
    if not ratios:
        scale = ColourScale.of(finite, mode, written.numerals)
    best = (np.max if mode == "max" else np.min)(finite) if finite.size else np.nan
    style = _Style(measure, mode, scale, written, float(best), names)
    wide_enough, high_enough = _needed(list(cells.values()), written)
    labels = max(text_width(name, 7) for name in rows) + 0.35
    across = len(columns) if fills() else max(1, int((room()[0] - labels - BAR) / wide_enough))
    down = len(rows) if fills() else max(1, int(BODY[0] * room()[1] / high_enough))
    return [
        _page(cells, some_rows, some_columns, style)
        for some_rows in _parts(rows, down)
        for some_columns in _parts(columns, across)
    ]


def _needed(cells: Sequence[HeatCell], written: Notation) -> tuple[float, float]:
    """Return the smallest width and height of a cell in which all its lines fit in ``TYPE``, inches."""
    shown = [cell for cell in cells if np.isfinite(cell.mean)]
    texts = [written.number(cell.mean) for cell in shown]
    texts += [written.interval(cell) for cell in shown if np.isfinite(cell.half)]
    widest = max((text_width(text, TYPE, bold=True) for text in texts), default=0.3)
    lines = 1 + any(np.isfinite(cell.half) for cell in shown) + any(cell.reasons for cell in shown)
    lines = max(lines, 2 if len(shown) < len(cells) else 1)
    return widest + 0.04, lines * TYPE * 1.15 / 72 + 0.02


def _parts(names: list[str], most: int) -> list[list[str]]:
    """Return the names in parts of at most ``most``, all of about the same length."""
    pages = -(-len(names) // most)
    each = -(-len(names) // pages)
    return [names[start : start + each] for start in range(0, len(names), each)]


def _page(cells: dict[tuple[str, str], HeatCell], rows: list[str], columns: list[str], style: _Style) -> Map:
    mean = np.full((len(rows), len(columns)), np.nan)
    for row, name in enumerate(rows):
        for column, other in enumerate(columns):
            mean[row, column] = cells[name, other].mean if (name, other) in cells else np.nan
    written = style.written
    width = room()[0]
    labels = max(text_width(name, 7) for name in rows) + 0.35
    ends = (*style.scale.limits, style.scale.worst)
    bar = BAR + max(0.0, max(text_width(written.number(end), 7) for end in ends) - 0.5)
    cell = min(CELL[0] * (1.3 if fills() else 1), (width - labels - bar) / len(columns))
    body = labels + bar + cell * len(columns)
    height = CELL[1] * len(rows) + 0.5 + _slant(columns, cell)
    page = Page(1, width=min(width, max(NARROWEST, body)), body_width=body, height=height)
    axis = page.axes[0]
    _colour(axis, mean, style)
    axis.set_xticks(np.arange(len(columns)) + 0.5, columns)
    axis.set_yticks(np.arange(len(rows)) + 0.5, rows)
    axis.tick_params(length=0)
    axis.set_ylabel(style.names[0])
    axis.set_xlabel(style.names[1])
    high = min(CELL[1], BODY[fills()] * room()[1] / len(rows))
    axis.tick_params(axis="y", labelsize=min(7, high * 72 / 1.25))
    writer = CellWriter(axis, style.best, style.scale, style.mode, written, cell, high)
    numbers = writer.write(cells, rows, columns)
    if cell < max(text_width(name, 7) for name in columns) + 0.1:
        axis.tick_params(axis="x", rotation=35)
        for label in axis.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    return Map(page, _said(mean, style.scale, writer.lines, bool(numbers)), _notes(numbers))


def _said(mean: Floats, scale: ColourScale, lines: int, reasons: bool) -> list[str]:
    beyond = int((scale.places(mean[np.isfinite(mean)]) < 0).sum())
    sentences = []
    if beyond:
        sentences.append(
            f"{beyond} cell{'s' * (beyond > 1)} far behind the others in sand, the worst darkest."
        )
    if lines < 2:
        sentences.append(
            "The cells are too low for more than the mean: the size for print has the intervals."
        )
    if reasons:
        sentences.append("Hatched: no result; numbers in brackets refer to the reasons below.")
    return sentences


def _slant(columns: list[str], cell: float) -> float:
    """Return the height that the column labels need, inches."""
    longest = max(text_width(name, 7) for name in columns)
    return 0.2 if longest + 0.1 <= cell else 0.1 + 0.6 * longest


def _colour(axis: Axes, mean: Floats, style: _Style) -> None:
    axis.grid(False)
    scale = style.scale
    mesh = axis.pcolormesh(
        np.ma.masked_invalid(mean),
        cmap=colours_of(scale, style.mode),
        norm=ScaleNorm(scale, style.mode),
        edgecolors="white",
        linewidth=0.6,
    )
    axis.set_xlim(0, mean.shape[1])
    axis.set_ylim(mean.shape[0], 0)
    if not np.isfinite(mean).any() or scale.best == scale.limit:
        return
    height = CELL[1] * len(mean)
    bar = axis.figure.colorbar(
        mesh,
        ax=axis,
        label="\n".join(wrap(shortened(style.measure), height, float(axis.yaxis.label.get_fontsize()))),
        aspect=height / 0.13,
        pad=0.02,
        use_gridspec=False,  # the page's layout makes room for it
    )
    low, high = scale.limits
    inside = (
        np.array(log_ticks(low, high)) if scale.logarithmic else MaxNLocator(nbins=5).tick_values(low, high)
    )
    ticks = [float(value) for value in inside if low <= value <= high]
    bar.ax.yaxis.set_major_locator(FixedLocator([*ticks, scale.worst] if scale.tail else ticks))
    bar.ax.yaxis.set_minor_locator(NullLocator())
    if scale.logarithmic:
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
    elif scale.tail:
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: style.written.number(value)))
    else:
        bar.ax.yaxis.set_major_formatter(TickLabels())
    bar.outline.set_visible(False)
    if bar.solids:
        bar.solids.set_rasterized(False)
        bar.solids.set_edgecolor("face")  # no seams between the steps


def _notes(numbers: dict[str, int]) -> list[tuple[str, str]]:
    notes = [(f"[{number}]", reason) for reason, number in numbers.items()]
    if len(notes) > MOST_NOTES:
        rest = f"and {len(notes) - MOST_NOTES} more reasons: column reason of the experiments table"
        notes = [*notes[:MOST_NOTES], ("…", rest)]
    return notes
