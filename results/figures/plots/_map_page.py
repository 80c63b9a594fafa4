"""A page with a heat map of searcher x scheduler: an interval, or a status with its reason, in each cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from numpy.typing import NDArray

from results.figures.limits import limits_of_values
from results.figures.page import Page
from results.figures.page_size import WIDTH, room, slide, wide
from results.figures.plots._map_cell import CellWriter, HeatCell, colours_of, notation
from results.figures.plots._panels import log_ticks
from results.figures.ticks import TickLabels
from results.figures.typesetting import shortened, text_width
from results.numerals import (
    tick,
)
from results.types import Floats, Mode

CELL = (0.9, 0.42)  # the largest cell, inches
BODY = 0.8, 0.42  # share of the page's height that the cells can have: print, slide
NARROWEST = 4.6  # page, inches
MOST_NOTES = 24


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
    if wide() and len(searchers) > len(schedulers):
        rows, columns, names = schedulers, searchers, ("scheduler", "searcher")
        cells = {(scheduler, searcher): cell for (searcher, scheduler), cell in cells.items()}
    mean = np.full((len(rows), len(columns)), np.nan)
    for (row, column), cell_of in cells.items():
        mean[rows.index(row), columns.index(column)] = cell_of.mean
    finite = mean[np.isfinite(mean)]
    limits = _log_limits(finite, mode) if ratios else limits_of_values(finite, mode)
    written = notation(cells, finite, limits, ratios)
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
    writer = CellWriter(axis, mean, shade, mode, written, cell, high)
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


def _log_limits(values: Floats, mode: Mode) -> tuple[float, float]:
    """Return ``limits_of_values`` of ratios, found on their log scale."""
    low, high = np.exp(limits_of_values(np.log(values), mode))
    every = values[(values > low * (1 - 1e-9)) & (values < high * (1 + 1e-9))]
    return (float(every.min()), float(every.max())) if every.size else (1.0, 1.0)


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
        cmap=colours_of(mode),
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


def _notes(numbers: dict[str, int]) -> list[tuple[str, str]]:
    notes = [(f"[{number}]", reason) for reason, number in numbers.items()]
    if len(notes) > MOST_NOTES:
        rest = f"and {len(notes) - MOST_NOTES} more reasons: column reason of the experiments table"
        notes = [*notes[:MOST_NOTES], ("…", rest)]
    return notes
