"""Data of a drawn figure: its lines, points, bars, bands and cells as a tidy frame."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import Collection, LineCollection, PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

#: A row: what the mark is, where it begins, where it ends (NaN for a point), and the value of a cell.
COLUMNS = ["panel", "series", "kind", "x", "y", "x_end", "y_end", "value"]
_COLOUR_BAR = "<colorbar>"


def drawn(figure: Figure) -> pd.DataFrame:
    """Return a row for each mark of a figure.

    Columns: panel, the title of the axes; series, by the legend; kind: "line" and "point" with x and y,
    "band" from y to y_end at x, "bar" and "segment" from (x, y) to (x_end, y_end), "cell" with the names of
    its column and row as x and y, and its value.  Positions on an axis of names are these names.
    """
    legends = [child for child in figure.findobj(Legend) if isinstance(child, Legend)]
    series = {colour: name for legend in legends for colour, name in _of_legend(legend)}
    rows = [
        {"panel": axes.get_title() or axes.get_title("left"), **row}
        for axes in figure.axes
        if axes.get_label() != _COLOUR_BAR
        for row in _of_axes(axes, series)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_legend(legend: Legend) -> Iterator[tuple[str, str]]:
    for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
        if handle is not None:
            yield _colour(handle), text.get_text()


def _of_axes(axes: Axes, series: dict[str, str]) -> Iterator[dict[str, Any]]:
    columns, lines = _names(axes.xaxis), _names(axes.yaxis)
    for artist in [*axes.lines, *axes.patches, *axes.collections]:
        if not artist.get_visible():
            continue
        label = str(artist.get_label())
        name = series.get(_colour(artist), "") if label.startswith("_") else label
        for kind, place in _marks(artist):
            row: dict[str, Any] = {"series": name, "kind": kind, **place}
            for key, names in (("x", columns), ("x_end", columns), ("y", lines), ("y_end", lines)):
                if key in row:
                    row[key] = names.get(float(row[key]), row[key])
            yield row


def _marks(artist: Any) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield kind and place of each mark of an artist."""
    if isinstance(artist, Line2D):
        kind = "point" if artist.get_linestyle() == "None" else "line"
        yield from ((kind, {"x": x, "y": y}) for x, y in np.asarray(artist.get_xydata(), dtype=np.float64))
    elif isinstance(artist, Rectangle):
        (x, y), width, height = artist.get_xy(), artist.get_width(), artist.get_height()
        yield "bar", {"x": x, "y": y, "x_end": x + width, "y_end": y + height}
    elif isinstance(artist, QuadMesh):
        for row, values in enumerate(np.ma.filled(np.ma.asarray(artist.get_array(), dtype=float), np.nan)):
            for column, value in enumerate(values):
                yield "cell", {"x": column + 0.5, "y": row + 0.5, "value": float(value)}
    elif isinstance(artist, LineCollection):
        for segment in artist.get_segments():
            (x, y), (x_end, y_end) = segment[0], segment[-1]
            yield "segment", {"x": x, "y": y, "x_end": x_end, "y_end": y_end}
    elif isinstance(artist, PathCollection):
        yield from (("point", {"x": x, "y": y}) for x, y in np.asarray(artist.get_offsets()))
    elif isinstance(artist, Collection):
        yield from _outlines(artist)


def _outlines(artist: Collection) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield bands, by their lowest and highest y at each x, and bars."""
    for path in artist.get_paths():
        points = pd.DataFrame(np.asarray(path.vertices, dtype=np.float64), columns=["x", "y"])
        limits = points.groupby("x")["y"].agg(["min", "max"])
        if len(limits) == 2:
            (x, x_end), (y, y_end) = limits.index, (limits["min"].min(), limits["max"].max())
            yield "bar", {"x": x, "y": y, "x_end": x_end, "y_end": y_end}
        else:
            for x, (low, high) in zip(limits.index, limits.to_numpy(), strict=True):
                yield "band", {"x": x, "y": low, "y_end": high}


def _colour(artist: Any) -> str:
    """Return the colour of an artist, as text; "" if it has none or many."""
    for ask in ("get_color", "get_facecolor", "get_edgecolor"):
        if hasattr(artist, ask):
            given = getattr(artist, ask)()
            if isinstance(given, str):
                return to_hex(given)
            shades = np.atleast_2d(np.asarray(given, dtype=np.float64)) if len(given) else np.empty((0, 4))
            if len(shades) and np.ndim(given) < 3 and (shades == shades[0]).all():
                return to_hex(shades[0])
    return ""


def _names(axis: Axis) -> dict[float, str]:
    """Return the names of the positions on an axis of names; empty for an axis of numbers."""
    locator, formatter = axis.get_major_locator(), axis.get_major_formatter()
    # What set_ticks(places, names) makes of the names: a look-up of each place.
    named = isinstance(formatter, FuncFormatter) and isinstance(formatter.func, partial)
    if not isinstance(locator, FixedLocator) or not named:
        return {}
    places = [float(place) for place in axis.get_majorticklocs()]
    return {place: name for place, name in zip(places, formatter.format_ticks(places), strict=True) if name}
