"""Panels side by side whose rows are combinations."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from results.figures.page import Page
from results.figures.page_size import WIDTH, fills, room

MOST, MOST_ON_SLIDE = 40, 15  # combinations


def most_rows() -> int:
    """Return how many combinations a page has room for."""
    return MOST_ON_SLIDE if fills() or room()[0] < WIDTH / 2 else MOST


def rows_page(labels: Sequence[str], rows: pd.DataFrame) -> Page:
    """Return a page with a panel for each label of an axis, and a row for each "searcher" x "scheduler".

    The first of ``rows`` stands at the top, at 0.
    """
    page = Page(len(labels), columns=len(labels), share=False, height=0.6 + 0.17 * len(rows))
    names = [f"{row['searcher']} x {row['scheduler']}" for row in rows.to_dict("records")]
    for place, (axis, label) in enumerate(zip(page.axes, labels, strict=True)):
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_yticks(range(len(rows)), names if place == 0 or page.columns == 1 else [""] * len(rows))
        axis.set_xlabel(label)
        axis.grid(axis="x")
    return page
