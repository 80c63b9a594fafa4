"""The size of a page: for print, a slide, a paper's column, or of one's own; set by ``style.active``."""

from __future__ import annotations

from results.figures.style import SIZES, current_size

WIDTH = SIZES["print"].width
COLUMNS = {1: 1, 2: 2, 3: 3, 4: 2}
#: The narrowest panel that can be read, inches.
PANEL = 1.6


def fills() -> bool:
    """Return whether pages are as high as they may be, as slides and figures of a size of one's own are."""
    return current_size().fills


def wide() -> bool:
    """Return whether pages are such, and wider than high."""
    return fills() and room()[0] > room()[1]


def titled() -> bool:
    """Return whether pages have a title."""
    return current_size().titled


def captioned() -> bool:
    """Return whether pages have a caption; the text around those that have none has it."""
    return current_size().captioned


def room() -> tuple[float, float]:
    """Return width and height of the page, the most that there is, inches."""
    return current_size()[:2]


def columns_of(panels: int) -> int:
    """Return how many of that many panels stand in a row."""
    if fills():
        wanted = panels if panels <= 4 else 3 if panels <= 6 else 4 if panels <= 8 else 5
    else:
        wanted = COLUMNS.get(panels, 3)
    return max(1, min(wanted, int(room()[0] / PANEL)))
