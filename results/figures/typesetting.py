"""Widths, heights and line breaks of text in the figures' type; sizes in points, lengths in inches."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

LINE = 1.25  # line height


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Break ``text`` into lines of at most ``room`` inches; a word that is wider is broken too."""
    lines = [""]
    for word in text.replace("\n", " ").split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if text_width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        lines.append(word)
        while text_width(lines[-1], size, bold) > room and len(lines[-1]) > 1:
            fits = max(1, int(len(lines[-1]) * room / text_width(lines[-1], size, bold)))
            while fits > 1 and text_width(lines[-1][:fits], size, bold) > room:  # its wide letters come first
                fits -= 1
            lines[-1:] = [lines[-1][:fits], lines[-1][fits:]]
    return [line for line in lines if line] or [""]


def shortened(text: str, letters: int = 40) -> str:
    """Return a name that fits beside an axis: of a long one its begin and its end."""
    half = letters // 2
    return text if len(text) <= letters else f"{text[:half]}…{text[-half:]}"


def short_words(text: str, letters: int = 60) -> str:
    """Return a text in which no word has more letters: names may have hundreds."""
    return " ".join(shortened(word, letters) for word in text.split(" "))


def text_width(text: str, size: float, bold: bool = False) -> float:
    """Return how wide ``text`` is in inches, in the figures' type."""
    return _measured(text, float(size), bold)


@lru_cache(maxsize=4096)
def _measured(text: str, size: float, bold: bool) -> float:
    # At its own size: hinting makes small letters up to a hundredth wider than large ones, made smaller.
    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = _renderer().get_text_width_height_descent(text, font, False)
    return float(width) / 100


@lru_cache(maxsize=1)
def _renderer() -> Any:
    canvas: Any = FigureCanvasAgg(Figure(dpi=100))
    return canvas.get_renderer()


def line_height(size: float) -> float:
    # What linespacing multiplies is the height of DejaVu Sans' letters, 1.04 of its size.
    return size * 1.04 * LINE / 72
