"""The canvas of a figure within another: an Axes, or a SubFigure, that somebody gives.

A page is drawn as for its own figure, but onto what is given, whose size it fills.  Panels of a SubFigure are
laid out by drawing the page once on a figure of the same size: matplotlib's layout knows whole figures only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from results.figures.style import DPI, Palette, Size, active

Bounds = tuple[float, float, float, float]
LABELS = 1.1, 0.7  # what an Axes' own labels take beside and below it, inches


class Canvas(NamedTuple):
    """The canvas of a page: what it is drawn on, and the bounds of its axes, as shares of it, if known."""

    on: Axes | SubFigure
    bounds: tuple[Bounds, ...] = ()


_canvas: ContextVar[Canvas | None] = ContextVar("canvas", default=None)


def current_canvas() -> Canvas | None:
    """Return where the page that is made now is drawn; None if it has a figure of its own."""
    return _canvas.get()


def draw_onto(on: Axes | SubFigure, draw: Callable[[], Figure], palette: Palette = None) -> None:
    """Draw what ``draw`` makes onto an Axes or SubFigure.

    Args:
        draw: makes one page and returns its figure.

    Raises:
        ResultsError: if the page has several panels, and one Axes is given.
    """
    root = on.figure
    dpi = root.dpi
    width, height = on.bbox.width / dpi, on.bbox.height / dpi
    if isinstance(on, Axes):
        size = Size(width + LABELS[0], height + LABELS[1], DPI, fills=True, captioned=False)
        with active(size, palette), _at(Canvas(on)):
            draw()
        return
    with active(Size(width, height, DPI, fills=True, captioned=False), palette):
        bounds = tuple(axis.get_position(original=True).bounds for axis in draw().axes)
        with _at(Canvas(on, bounds)):
            draw()


@contextmanager
def _at(canvas: Canvas) -> Iterator[None]:
    token = _canvas.set(canvas)
    try:
        yield
    finally:
        _canvas.reset(token)
