"""A figure that a notebook shows, with its title, caption and notes."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from results.figures.caption import TYPE, Caption
from results.figures.page_size import fills, room
from results.figures.typesetting import line_height, short_words

#: Each a mark and the lines of its text.
Notes = list[tuple[str, list[str]]]

SLIDE_NOTES = 0.13  # the most that notes take of a slide's height


class PageFigure(Figure):
    """A figure that a notebook shows, and that knows what is said of it.

    Attributes:
        title: the heading, printed or not.
        caption: all of the caption and the notes.
        brief: what of the caption is printed, or would be in print.
    """

    title = ""
    caption = ""
    brief = ""

    def say(self, title: str, caption: Caption, notes: Sequence[tuple[str, str]]) -> None:
        """Keep what is said of the figure, whether it is printed or not."""
        self.title = short_words(title)
        self.brief = " ".join(caption.printed)
        said = [*caption.printed[:-1], *caption.details, *caption.printed[-1:]]
        self.caption = " ".join([*said, *(f"{mark} {text}" for mark, text in notes)])

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png", dpi=120)
        return file.getvalue()


def fitting(notes: Notes) -> Notes:
    """Return all notes, or on a slide those that it has room for."""
    lines = np.cumsum([len(block) for _, block in notes])
    most = SLIDE_NOTES * room()[1] / line_height(TYPE)
    if not fills() or not notes or lines[-1] <= most:
        return notes
    count = int((lines <= most - 1).sum())
    return [*notes[:count], ("…", [f"and {len(notes) - count} more: the size for print shows them"])]
