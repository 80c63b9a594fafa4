"""The layout of a figure: its panels by matplotlib's constrained layout, and its legend in few rows."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure, SubFigure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend

from results.figures.axis_marks import draw_ticks


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
        one.set_visible(not draw_ticks(one))


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
