"""The size of a page: for print, a slide, or of one's own; a setting of ``results.figures.style.active``."""

from __future__ import annotations

import matplotlib

from results.figures.style import SIZES

WIDTH = SIZES["print"].width
COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2}


def slide() -> bool:
    """Return whether pages are as large as they may be, as slides and figures of a size of one's own are."""
    return room() != SIZES["print"][:2]


def wide() -> bool:
    """Return whether pages are such, and wider than high."""
    return slide() and room()[0] > room()[1]


def captioned() -> bool:
    """Return whether pages have a caption; a figure of a size of one's own has it in the text around it."""
    return room() in [size[:2] for size in SIZES.values()]


def room() -> tuple[float, float]:
    """Return width and height of the page, the most that there is, inches."""
    width, height = matplotlib.rcParams["figure.figsize"]
    return float(width), float(height)


def columns_of(panels: int) -> int:
    """Return how many of that many panels stand in a row."""
    if not slide():
        return COLUMNS.get(panels, 3)
    return panels if panels <= 4 else 3 if panels <= 6 else 4 if panels <= 8 else 5
