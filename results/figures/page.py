"""A figure's page: heading, one legend, panels, caption; everything measured, so nothing overlaps.

From top to bottom: title, legend (outside of all axes), panels, caption, numbered notes.  Heights are in
inches.  A page for print is as high as its parts and at most as high as A4 paper allows; a slide is always
as high as a slide.  Which of them is made is a setting of ``results.figures.style.active``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.font_manager import FontProperties

from results.errors import ResultsError
from results.figures.canvas import LABELS, current_canvas
from results.figures.caption import TYPE as CAPTION
from results.figures.caption import Caption
from results.figures.layout import lay_out, legend_of, whole_figure
from results.figures.page_figure import PageFigure, fitting
from results.figures.page_size import WIDTH, captioned, columns_of, fills, room, titled
from results.figures.ticks import TickLabels
from results.figures.typesetting import LINE, line_height, short_words, shortened, text_width, wrap

MARGIN, GAP = 0.08, 0.08
TITLE = 9.5  # type size
NARROW = 1.7  # of a panel with its labels, inches: less is too little where a plot asks for columns


class Page:
    """A figure of ``panels`` equal panels with shared axes, row by row.

    Attributes:
        figure: the figure; ``finish`` lays it out.
        axes: the panels in use, in reading order.
        columns: panels in a row.
    """

    def __init__(
        self,
        panels: int,
        *,
        columns: int | None = None,
        width: float | None = None,
        height: float | None = None,
        body_width: float | None = None,
        share: bool = True,
        ratios: Sequence[float] | None = None,
    ) -> None:
        """Make the panels.

        Args:
            panels: how many.
            columns: in a row; by default what suits their number.  On a page that is too narrow for them the
                panels stand below each other, each as high.
            width: of the page, inches; by default all that there is, which a slide always takes.
            height: of all panels together, inches; a slide gives them what it has.
            body_width: of all panels together, inches; by default the page's.
            share: all have the same limits on both axes.
            ratios: relative heights of the rows.
        """
        self.columns = columns or columns_of(panels)
        most, self._height_limit = room()
        self.width = most if fills() else width or most
        self.body_width = min(body_width or self.width, self.width)
        if columns and columns > 1 and self.pitch < NARROW and not fills():
            height = height and height * columns
            ratios = ratios and [ratio for ratio in ratios for _ in range(columns)]
            self.columns = 1
        rows = -(-panels // self.columns)
        self.body = height or rows * {1: 3.4, 2: 2.5}.get(self.columns, 1.85)
        self._canvas = current_canvas()
        self.figure: Figure | SubFigure = PageFigure(figsize=(self.width, self.body))
        FigureCanvasAgg(self.figure)
        if self._canvas is not None:
            on = self._canvas.on
            self.figure = on.figure if isinstance(on, Axes) else on
        every = self._panels(panels, rows, share, ratios)
        self.axes = every[:panels]
        for axis in (every[0],) if share else self.axes:  # panels that share an axis share its labels
            axis.xaxis.set_major_formatter(TickLabels())
            axis.yaxis.set_major_formatter(TickLabels())
        for axis in every[panels:]:
            axis.remove()
        self._last: list[Callable[[], None]] = []

    def _panels(self, panels: int, rows: int, share: bool, ratios: Sequence[float] | None) -> list[Axes]:
        """Return all places for panels, row by row.

        Raises:
            ResultsError: if there are several, and one Axes to draw on.
        """
        on = self._canvas.on if self._canvas is not None else None
        if isinstance(on, Axes):
            if panels > 1:
                raise ResultsError(
                    f"the figure has {panels} panels, for which one Axes has no room; give a SubFigure, or "
                    "choose one scheduler by schedulers="
                )
            return [on]
        grid = self.figure.subplots(
            rows, self.columns, squeeze=False, sharex=share, sharey=share, height_ratios=ratios
        )
        return list(np.ravel(grid))

    @property
    def pitch(self) -> float:
        """The width of a panel with its labels, inches."""
        return self.width / self.columns

    @property
    def rows(self) -> int:
        """Rows of panels."""
        return -(-len(self.axes) // self.columns)

    @property
    def panel_room(self) -> tuple[float, float]:
        """About the width and height of a panel's inside, inches."""
        body = self._height_limit if fills() else min(self.body, self._height_limit)
        return self.pitch - 0.8, max((body - 1.2) / self.rows - 0.3, 0.3)

    def when_laid_out(self, draw: Callable[[], None]) -> None:
        """Have something drawn when the panels have their places; it may take no room outside of them."""
        self._last.append(draw)

    def label(self, x: str, y: str) -> None:
        """Name the shared axes once a row and once a column; once at all where rows are too low for that."""
        x, y = shortened(x), shortened(y)
        size = FontProperties(size=matplotlib.rcParams["axes.labelsize"]).get_size_in_points()
        low = fills() or text_width(y, size) > self.panel_room[1] + 0.15
        for index, axis in enumerate(self.axes):
            lowest = index + self.columns >= len(self.axes)
            axis.xaxis.set_tick_params(labelbottom=lowest)
            axis.set_xlabel(x if lowest else "")
            row, column = divmod(index, self.columns)
            axis.set_ylabel(y if column == 0 and (not low or row == self.rows // 2) else "")

    def finish(
        self,
        title: str,
        sentences: Sequence[str],
        handles: Sequence[Artist] = (),
        notes: Sequence[tuple[str, str]] = (),
    ) -> Figure:
        """Lay the page out and return the figure.

        Args:
            title: the heading.
            sentences: of the caption, which is set below the panels (``results.figures.caption``).
            handles: what the legend explains; no legend if empty.
            notes: pairs of a mark and a text, set below the caption, wrapped and indented.
        """
        if self._canvas is not None and isinstance(self._canvas.on, Axes):
            return self._finish_axes(self._canvas.on, title, handles)
        width = self.width - 2 * MARGIN
        caption = Caption.of(sentences)
        if isinstance(self.figure, PageFigure):
            self.figure.say(title, caption, notes)
        if not captioned():
            notes = ()
        heading = wrap(short_words(title), width, TITLE, bold=True) if titled() else []
        head = len(heading) * line_height(TITLE) + (GAP if heading else 0)
        legend = legend_of(self.figure, handles, width) if handles else None
        head += legend.get_window_extent().height / self.figure.dpi + GAP if legend else 0
        lines = (Caption.of(sentences, width) if self.width < WIDTH else caption).lines(width)
        lines = lines if captioned() else []
        indent = max((text_width(mark, CAPTION) for mark, _ in notes), default=0) + 0.06
        blocks = fitting([(mark, wrap(text, width - indent, CAPTION)) for mark, text in notes])
        foot = (len(lines) + sum(len(block) for _, block in blocks)) * line_height(CAPTION)
        foot += GAP * (2 * bool(lines) + bool(blocks))
        left = self._height_limit - head - foot - 2 * MARGIN
        body = left if fills() else min(self.body, left)
        height = body + head + foot + 2 * MARGIN
        self._size = self.width, height
        if isinstance(self.figure, PageFigure):
            self.figure.set_size_inches(*self._size)
        if heading:
            self._write(MARGIN, height - MARGIN, heading, TITLE, bold=True)
        if legend:
            top = height - MARGIN - len(heading) * line_height(TITLE) - (GAP if heading else 0)
            legend.set_bbox_to_anchor((MARGIN / self.width, top / height), self.figure.transSubfigure)
        y = MARGIN + foot - GAP
        y = self._write(MARGIN, y, lines, CAPTION, gid="caption") if lines else y
        y -= GAP
        for mark, block in blocks:
            self._write(MARGIN, y, [mark], CAPTION, gid="note")
            y = self._write(MARGIN + indent, y, block, CAPTION, gid="note")
        self._place(head, foot, height)
        for draw in self._last:
            draw()
        return whole_figure(self.figure)

    def _place(self, head: float, foot: float, height: float) -> None:
        """Give the panels their places between head and foot, or those of somebody's canvas."""
        if self._canvas is not None:
            for axis, bounds in zip(self.figure.axes, self._canvas.bounds, strict=True):
                axis.set_position(bounds)
            return
        below, beside = (MARGIN + foot) / height, self.body_width / self.width
        lay_out(self.figure, (0, below, beside, 1 - (2 * MARGIN + head + foot) / height))
        for axis in self.figure.axes:
            # The layout's last digits hang on the order of addresses in memory; files must not.
            left, bottom, wide, high = axis.get_position(original=True).bounds
            axis.set_position((round(left, 6), round(bottom, 6), round(wide, 6), round(high, 6)))

    def _finish_axes(self, on: Axes, title: str, handles: Sequence[Artist]) -> Figure:
        """Finish a page that is drawn on an Axes: a title if it has none, and a legend inside."""
        if not on.get_title("left"):
            on.set_title("\n".join(wrap(short_words(title), self.width - LABELS[0], TITLE - 1, bold=True)))
        if handles:
            on.legend(handles=list(handles))
        for axis in (on.xaxis, on.yaxis):  # it was made with settings of its own
            axis.label.set_fontsize(matplotlib.rcParams["axes.labelsize"])
        on.tick_params(axis="x", labelsize=matplotlib.rcParams["xtick.labelsize"])
        return whole_figure(self.figure)

    def _write(
        self,
        x: float,
        top: float,
        lines: Sequence[str],
        size: float,
        *,
        bold: bool = False,
        gid: str = "title",
    ) -> float:
        """Write a block of lines from ``top`` inches downwards and return where it ends."""
        width, height = self._size
        self.figure.text(
            x / width,
            top / height,
            "\n".join(lines),
            fontsize=size,
            fontweight="bold" if bold else "normal",
            va="top",
            ha="left",
            linespacing=LINE,
            gid=gid,
        )
        return top - len(lines) * line_height(size)
