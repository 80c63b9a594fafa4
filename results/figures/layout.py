"""The layout of a figure: its panels by matplotlib's constrained layout, and its legend in few rows."""

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
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT, MarkerStyle
from matplotlib.ticker import NullLocator


def whole_figure(figure: Figure | SubFigure) -> Figure:
    """Return the figure that a part of one belongs to."""
    return figure if isinstance(figure, Figure) else figure.figure


def lay_out(figure: Figure | SubFigure, rect: tuple[float, float, float, float]) -> None:
    """Let matplotlib place the panels into ``rect``; what is clipped to them takes no room of its own.

    Once, here: an engine that the figure itself has is asked again, and the figure drawn twice, for every
    file.
    """
    for axis in figure.axes:
        for artist in (*axis.lines, *axis.collections, *axis.patches, *axis.images):
            if artist.get_clip_on():
                artist.set_in_layout(False)
        for side in ("top", "right"):  # have no ticks
            axis.spines[side].set_in_layout(False)
    # An axis without labels takes no room, and half of the time would go into finding that out.
    silent = [one for panel in figure.axes for one in (panel.xaxis, panel.yaxis) if _silent(one)]
    for one in silent:
        one.set_visible(False)
    engine = ConstrainedLayoutEngine(rect=rect, w_pad=0.05, h_pad=0.04, hspace=0.02, wspace=0.02)
    engine.execute(whole_figure(figure))
    for one in silent:
        one.set_visible(not _draw_ticks(one))


def _draw_ticks(axis: Axis) -> bool:
    """Draw the grid lines and the ticks of an axis without labels; return whether that was all of it."""
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
    """Grid lines and ticks of an axis, all lines of a kind as one artist.

    A tick of matplotlib's is five artists, and those of a page with many panels take half of its time.
    """

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


def _silent(axis: Axis) -> bool:
    """Return whether a visible axis has neither labels of its ticks nor one of its own."""
    known = axis.get_tick_params(which="major")
    sides = ("labelbottom", "labeltop") if isinstance(axis, XAxis) else ("labelleft", "labelright")
    labelled = any(known.get(side, True) for side in sides)
    return axis.get_visible() and not labelled and not axis.label.get_text()


def legend_of(figure: Figure | SubFigure, handles: Sequence[Artist], room: float) -> Legend:
    """Return the legend in as few rows as fit into ``room`` inches, all of about the same length."""
    rows = 0
    while True:
        rows += 1
        columns = -(-len(handles) // rows)
        legend = figure.legend(
            handles=list(handles),
            loc="upper left",
            ncols=columns,
            borderpad=0,
            borderaxespad=0,
            handlelength=3.2,
            columnspacing=1.6,
        )
        if columns == 1 or legend.get_window_extent().width / figure.dpi <= room:
            return legend
        legend.remove()
