"""The answer of a comparison at a budget as plain data: cells, ranking, words."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from results.compare.colour_scale import ColourScale
from results.compare.comparison import Comparison
from results.compare.grouping import nothing_to_rank
from results.compare.ranking import another_first, caution, has_order
from results.numerals import POINTS
from results.report import words
from results.report.cells import GridCell, cells
from results.report.numbers import digits_of, notation, numbers
from results.store.parts import Combination

Indices = dict[Combination, int]


class RankedAnswer(NamedTuple):
    """The answer of a comparison at its budget.

    Attributes:
        shown: the plain data.
        cells: the combinations that were asked for.
        indices: of the combinations, in the order of the cells.
        digits: significant digits of values.
    """

    shown: dict[str, Any]
    cells: dict[Combination, GridCell]
    indices: Indices
    digits: int


def answer(comparison: Comparison) -> RankedAnswer:
    """Return the answer of a comparison.

    Of ``shown``: "cells" are mean, low, high, n, place among the colours (``ColourScale.places``), of each
    combination; "ranking" has rows of combination, rank, mean, P(best), difference, low, high, possible.
    """
    grid = cells(comparison)
    indices = {pair: index for index, pair in enumerate(grid)}
    means = np.array([cell.mean for cell in grid.values()])
    finite = means[np.isfinite(means)]
    written = POINTS if comparison.scored else notation(grid.values(), finite)
    digits = digits_of(written, finite)
    scale = ColourScale.of(finite, comparison.mode, written)
    shown: dict[str, Any] = {
        "written": written._asdict(),
        "scale": numbers([scale.worst, scale.limit, scale.best], digits),
        "answer": words.of_comparison(comparison),
        "cells": _cells(list(grid.values()), scale, digits),
        "ranking": _ranking(comparison, indices, digits),
    }
    return RankedAnswer(shown, grid, indices, digits)


def _cells(grid: list[GridCell], scale: ColourScale, digits: int) -> list[list[Any]]:
    places = scale.places(np.array([cell.mean for cell in grid]))
    return [
        [*numbers(cell[:3], digits), cell.n, place]
        for cell, place in zip(grid, numbers(places, 3), strict=True)
    ]


def _ranking(comparison: Comparison, indices: Indices, digits: int) -> dict[str, Any]:
    """Return the rows, notes, and the note that names another combination than the first as the likeliest."""
    none: dict[str, Any] = {"rows": [], "notes": [], "another": "", "caution": ""}
    if not comparison.complete.table.size:
        return none | {"notes": [nothing_to_rank(comparison.budget)]}
    rows = comparison.ranking
    if not has_order(rows):  # a ranking would name a winner
        return none | {"notes": comparison.notes}
    columns = ["mean", "probability", "difference", "low", "high"]
    pairs = zip(rows["searcher"], rows["scheduler"], strict=True)
    plain = [
        [indices[pair], int(rank), *numbers(values, digits), bool(possible)]
        for pair, rank, values, possible in zip(
            pairs, rows["rank"], rows[columns].to_numpy(), rows["possible"], strict=True
        )
    ]
    return {
        "rows": plain,
        "notes": comparison.notes,
        "another": another_first(rows),
        "caution": caution(comparison),
    }
