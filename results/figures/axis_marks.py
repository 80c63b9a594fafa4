"""Grid lines and ticks of an axis without labels, all lines of a kind as one artist.

A tick of matplotlib's is five artists, and those of a page with many panels take half of its time.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT, MarkerStyle
from matplotlib.ticker import NullLocator


def draw_ticks(axis: Axis) -> bool:
    """Draw the grid lines and the ticks of an axis without labels, whose limits are final.

    Returns:
        Whether that was all of the axis.  One with settings or small ticks of its own is left to matplotlib.
    """
    settings = axis.get_tick_params(which="major")
    across = isinstance(axis, XAxis)
    known = {"gridOn", *(("bottom", "top", "labelbottom", "labeltop") if across else ())}
    known |= set() if across else {"left", "right", "labelleft", "labelright"}
    if not known.issuperset(settings) or not isinstance(axis.get_minor_locator(), NullLocator):
        return False
    low, high = sorted(axis.get_view_interval())
    places = np.asarray([place for place in axis.get_majorticklocs() if low <= place <= high])
    panel = axis.axes
    parts: list[Artist] = []
    if settings.get("gridOn"):
        parts.append(_grid(panel, places, across))
        parts[-1].set_clip_path(panel.patch)
    if settings.get("bottom" if across else "left"):
        parts.append(_marks(panel, places, across))
    panel.add_artist(AxisMarks(parts))
    return True


class AxisMarks(Artist):
    """Grid lines and ticks of an axis."""

    def __init__(self, parts: Sequence[Artist]) -> None:
        super().__init__()
        self._parts = parts
        self.set_zorder(0.5)  # below the data, as axes.axisbelow asks
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Draw all parts."""
        for part in self._parts:
            part.draw(renderer)

    def set_figure(self, fig: Figure | SubFigure) -> None:
        """Give the figure to the parts too."""
        super().set_figure(fig)
        for part in self._parts:
            part.set_figure(fig)


def _grid(panel: Axes, places: np.ndarray, across: bool) -> Artist:
    lines = [[(place, 0), (place, 1)] if across else [(0, place), (1, place)] for place in places]
    return LineCollection(
        lines,
        colors=matplotlib.rcParams["grid.color"],
        linestyles=matplotlib.rcParams["grid.linestyle"],
        linewidths=matplotlib.rcParams["grid.linewidth"],
        transform=panel.get_xaxis_transform() if across else panel.get_yaxis_transform(),
    )


def _marks(panel: Axes, places: np.ndarray, across: bool) -> Artist:
    settings, edge = matplotlib.rcParams, np.zeros(len(places))
    return Line2D(
        *((places, edge) if across else (edge, places)),
        linestyle="None",
        marker=MarkerStyle(TICKDOWN if across else TICKLEFT),
        markersize=settings["xtick.major.size"] if across else settings["ytick.major.size"],
        markeredgewidth=settings["xtick.major.width"] if across else settings["ytick.major.width"],
        color=settings["xtick.color"] if across else settings["ytick.color"],
        transform=panel.get_xaxis_transform() if across else panel.get_yaxis_transform(),
        clip_on=False,
    )
