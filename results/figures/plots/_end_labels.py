"""Names at the ends of lines, beside each other, in the place of a legend."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes

from results.figures.canvas import current_canvas
from results.figures.layout import whole_figure
from results.figures.page import Page
from results.figures.style import Look
from results.figures.typesetting import line_height, shortened, text_width
from results.types import Floats

TYPE = 6.3  # size
LETTERS = 24
GAP = 0.14  # between the last point and the names, inches
BESIDE = 0.55  # what a panel's own labels take, inches
DATA = 0.6  # share of a panel that the lines keep


class LineEnd(NamedTuple):
    """The end of a line: its name, its last point, its look."""

    name: str
    x: float
    y: float
    look: Look


def fit(page: Page, names: Iterable[str]) -> bool:
    """Return whether names fit beside the lines of a panel."""
    widest = max((_width(name) for name in names), default=0.0)
    panel = page.pitch - BESIDE
    return current_canvas() is None and widest + GAP <= (1 - DATA) * panel


def draw(panels: Sequence[Axes], ends: Sequence[Sequence[LineEnd]]) -> None:
    """Write the names of the lines' ends into the panels, to the right of all data.

    Args:
        panels: which share a logarithmic horizontal axis, with their places on the page.
        ends: of each panel.
    """
    every = [end for of_panel in ends for end in of_panel]
    if not every:
        return
    width, height = _inches(panels[0])
    room = max(_width(end.name) for end in every) + GAP
    low, high = panels[0].get_xlim()
    wider = low * (high / low) ** (width / (width - room))
    panels[0].set_xlim(low, wider)  # all share it
    left = low * (wider / low) ** ((width - room + GAP) / width)
    for panel, of_panel in zip(panels, ends, strict=True):
        _draw(panel, of_panel, left, line_height(TYPE) / height)


def _draw(panel: Axes, ends: Sequence[LineEnd], left: float, step: float) -> None:
    bottom, top = panel.get_ylim()
    known = [end for end in ends if np.isfinite(end.y)]
    heights = np.array([(end.y - bottom) / (top - bottom) for end in known])
    for end, height in zip(known, spread(np.clip(heights, 0.0, 1.0), step), strict=True):
        y = bottom + height * (top - bottom)
        inside = float(np.clip(end.y, min(bottom, top), max(bottom, top)))
        line = {"arrowstyle": "-", "color": end.look.colour, "linewidth": 0.4, "shrinkA": 0, "shrinkB": 2}
        panel.annotate("", (end.x, inside), (left, y), arrowprops=line)
        text = f" {shortened(end.name, LETTERS)}"
        panel.text(left, y, text, color=end.look.colour, fontsize=TYPE, va="center")


def spread(heights: Floats, step: float) -> Floats:
    """Return heights, shares of a panel, moved as little as puts ``step`` between any two of them.

    All stay between half a step and the whole less that, if there is room for them.
    """
    if not len(heights):
        return heights
    step = min(step, 1.0 / len(heights))
    order = np.argsort(heights, kind="stable")
    # With i steps taken off the i-th, the order is all that is asked: a monotone regression.
    offsets = step * np.arange(len(heights))
    blocks: list[list[float]] = []
    for value in heights[order] - offsets:
        blocks.append([float(value), 1.0])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            value, count = blocks.pop()
            before = blocks[-1]
            before[0] = (before[0] * before[1] + value * count) / (before[1] + count)
            before[1] += count
    placed = np.concatenate([np.full(int(count), value) for value, count in blocks])
    placed = np.clip(placed, step / 2, 1 - step / 2 - offsets[-1]) + offsets
    moved = np.empty(len(heights))
    moved[order] = placed
    return moved


def _width(name: str) -> float:
    return text_width(f" {shortened(name, LETTERS)}", TYPE)


def _inches(panel: Axes) -> tuple[float, float]:
    box = panel.get_position(original=True)
    width, height = whole_figure(panel.figure).get_size_inches()
    return float(box.width * width), float(box.height * height)
