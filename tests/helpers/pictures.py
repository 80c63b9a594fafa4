"""Checks of a figure as a person would look at it: no overlaps, nothing cut off, no legend over data."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from results.figures.caption import most_lines
from results.figures.page_figure import PageFigure

PRINTED: WeakKeyDictionary[Figure, list[Text]] = WeakKeyDictionary()


def draw(figure: Figure) -> None:
    """Draw the figure and note which texts were printed: ticks beyond an axis have labels but print none."""
    printed: list[Text] = []
    real = Text.draw

    def noting(text: Text, renderer: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            printed.append(text)
        real(text, renderer)

    with patch.object(Text, "draw", noting):
        figure.canvas.draw()
    PRINTED[figure] = list(dict.fromkeys(printed))


def texts(figure: Figure) -> list[Text]:
    return PRINTED[figure]


def box(text: Text) -> np.ndarray:
    """Return the corners of the text as it stands (a rotated text's upright box would be too large)."""
    angle = text.get_rotation()
    if angle % 90 == 0:
        return _corners(text.get_window_extent())
    x, y = text.get_transform().transform(text.get_unitless_position())
    text.set_rotation(0)
    corners = _corners(text.get_window_extent())
    text.set_rotation(angle)
    turn = np.deg2rad(angle)
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return (corners - (x, y)) @ matrix + (x, y)


def _corners(extent: Bbox) -> np.ndarray:
    return np.array(
        [[extent.x0, extent.y0], [extent.x1, extent.y0], [extent.x1, extent.y1], [extent.x0, extent.y1]]
    )


def overlap(one: np.ndarray, two: np.ndarray) -> bool:
    """Do two convex quadrilaterals overlap by more than half a pixel?  By separating axes."""
    for shape in (one, two):
        for start, end in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            normal = np.array([end[1] - start[1], start[0] - end[0]])
            normal = normal / (np.linalg.norm(normal) or 1)
            a, b = one @ normal, two @ normal
            if a.max() <= b.min() + 0.5 or b.max() <= a.min() + 0.5:
                return False
    return True


def caption(figure: Figure) -> str:
    """Return all that a figure says of itself, printed or not."""
    assert isinstance(figure, PageFigure)
    return figure.caption.replace("\N{NO-BREAK SPACE}", " ")


def printed_caption(figure: Figure) -> str:
    """Return what is printed below a figure."""
    text = next(text for text in figure.texts if text.get_gid() == "caption")
    return text.get_text()


def check_layout(figure: Figure, name: str) -> None:
    """Assert that a figure that was drawn by ``draw`` can be read."""
    check_overlaps(figure, name)
    check_page(figure, name)
    check_axes(figure, name)


def check_overlaps(figure: Figure, name: str) -> None:
    boxes = [(text.get_text(), box(text)) for text in texts(figure)]
    assert len(boxes) > 4
    low, high = (np.array([take(corners, axis=0) for _, corners in boxes]) for take in (np.min, np.max))
    near = ((low[:, None] < high[None]) & (low[None] < high[:, None])).all(axis=2)  # upright boxes meet
    pairs = ((boxes[i], boxes[j]) for i, j in np.argwhere(np.triu(near, 1)))
    clashes = [(a, b) for (a, one), (b, two) in pairs if overlap(one, two)]
    assert not clashes, name


def check_page(figure: Figure, name: str) -> None:
    said = printed_caption(figure)
    assert said.count("\n") < most_lines(float(figure.get_size_inches()[0]) - 0.16), name
    assert "repetition" in said or name.split()[-1].startswith("importance"), name  # n, however little room
    width, height = figure.get_size_inches() * figure.dpi
    assert figure.get_size_inches()[1] <= 11.0, name
    for text in texts(figure):
        corners = box(text)
        assert corners.min() >= -0.5, (name, text.get_text())
        assert corners[:, 0].max() <= width + 0.5, (name, text.get_text())
        assert corners[:, 1].max() <= height + 0.5, (name, text.get_text())


def check_axes(figure: Figure, name: str) -> None:
    for axes in figure.axes:
        assert axes.get_legend() is None, name
        data = axes.get_window_extent()
        outside = [legend.get_window_extent() for legend in figure.legends]
        outside += [text.get_window_extent() for text in figure.texts]
        assert not any(data.overlaps(other) for other in outside), name
        if axes.get_label() != "<colorbar>":
            assert min(data.width, data.height) > 25, name
