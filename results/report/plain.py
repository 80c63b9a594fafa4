"""Plain data of a comparison: lists of numbers and names, NaN as None, combinations as indices of "pairs"."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from results.compare.comparison import Comparison
from results.compare.curves import Curves
from results.compare.doublings import by_speed_up
from results.compare.grouping import nothing_to_rank
from results.compare.ranking import another_first, caution, has_order
from results.compare.run import Run
from results.figures.limits import limits_of_values
from results.numerals import POINTS, Numerals, floor_log10, numerals, with_halves
from results.report import curves, words
from results.report.cells import GridCell, cells
from results.report.headline import headline_of
from results.report.record import ledger
from results.report.trials import best_trials
from results.store.parts import Combination
from results.types import Axis, Floats

#: Significant digits of what is drawn or listed.
DIGITS = 5
#: Of the combinations, what the colours tell apart at least; a few bad ones would take all of them.
COLOURED = 0.7

Indices = dict[Combination, int]


class PageLimits(NamedTuple):
    """PageLimits of a page: trials of a combination, points of a mean curve, points of a curve."""

    trials: int
    band: int
    curve: int


def plain_comparison(run: Run, comparison: Comparison, limits: PageLimits) -> dict[str, Any]:
    """Return all that the page shows of a comparison."""
    grid = cells(comparison)
    indices = {pair: index for index, pair in enumerate(grid)}
    means = np.array([cell.mean for cell in grid.values()])
    finite = means[np.isfinite(means)]
    written = POINTS if comparison.scored else _written(list(grid.values()), finite)
    digits = _digits(written, finite)
    task = words.task_name(comparison)
    shown: dict[str, Any] = {
        "task": task,
        "tasks": comparison.tasks,
        "metric": comparison.metric,
        "scored": comparison.scored,
        "base": indices.get(comparison.base) if comparison.base else None,
        "sign": comparison.sign,
        "what": words.measure(comparison),
        "caption": comparison.caption().replace("\N{NO-BREAK SPACE}", " "),
        "searchers": comparison.searchers,
        "schedulers": comparison.schedulers,
        "written": written._asdict(),
        "limits": numbers(limits_of_values(finite, comparison.mode, keep=COLOURED), digits),
        "answer": words.of_comparison(comparison),
        "pairs": list(indices),
        "cells": [[*numbers(cell[:3], digits), *cell[3:5], cell.reasons] for cell in grid.values()],
        "ranking": _ranking(comparison, indices, digits),
        "headline": headline_of(comparison, indices),
        "ledger": [[indices[pair], *numbers(row)] for pair, row in ledger(comparison)],
        "curves": _curves_of(comparison, limits.band, indices, digits),
        "course": {"metric": "regret (log scale, 0 to 1)", "sign": -1}
        if comparison.doubled
        else {"metric": comparison.metric, "sign": comparison.sign},
        "behind": [
            {"task": name, "curves": _curves_of(by_speed_up(alone) or alone, limits.band, indices, digits)}
            for name, alone in comparison.tasks_alone.items()
            if comparison.doubled
        ],
    }
    if task:
        shown["experiments"] = _experiments(comparison, limits.curve, indices, digits)
        shown["trials"] = _trials(run, comparison, limits.trials, indices)
    return shown


def _written(grid: list[GridCell], means: Floats) -> Numerals:
    """Return how to write the means of a metric: to four digits of their spread, or three of a small one."""
    rounded = numerals(means, 4)
    rounded = rounded if rounded.place < 6 else numerals(means)
    halves = (cell.high / 2 - cell.low / 2 for cell in grid)
    return with_halves(rounded, halves, float(np.abs(means).max(initial=0.0)))


def _digits(written: Numerals, means: Floats) -> int:
    """Return how many significant digits it takes to write values to a place."""
    largest = float(np.abs(means).max(initial=0.0))
    return int(np.clip(written.place + floor_log10(largest or 1.0) + 2, DIGITS, 17))


def numbers(values: ArrayLike, digits: int = DIGITS) -> list[float | None]:
    """Return values with ``digits`` significant digits; None for what is not finite."""
    array = np.asarray(values, dtype=np.float64)
    fine = np.isfinite(array)
    safe = np.where(fine & (array != 0), array, 1.0)
    power = digits - 1 - np.floor(np.log10(np.abs(safe)))
    # Of the others the scale is not a number; and all digits of a double are no rounding.
    usual = (np.abs(power) < 300) & (digits < 16)
    scale = 10.0 ** np.where(usual, power, 0.0)
    rounded = np.where(array == 0, 0.0, np.where(usual, np.round(safe * scale) / scale, safe)).tolist()
    if fine.all():
        return list(rounded)
    return [value if known else None for value, known in zip(rounded, fine.tolist(), strict=True)]


def _ranking(comparison: Comparison, indices: Indices, digits: int) -> dict[str, Any]:
    if not comparison.complete.table.size:
        return {"rows": [], "notes": [nothing_to_rank(comparison.budget)], "caution": ""}
    rows = comparison.ranking
    columns = ["mean", "probability", "difference", "low", "high"]
    pairs = zip(rows["searcher"], rows["scheduler"], strict=True)
    plain = [
        [indices[pair], *numbers(values, digits), bool(possible)]
        for pair, values, possible in zip(pairs, rows[columns].to_numpy(), rows["possible"], strict=True)
    ]
    if not has_order(rows):  # a ranking would name a winner
        return {"rows": [], "notes": comparison.notes, "caution": ""}
    notes = [*comparison.notes, *filter(None, [another_first(rows)])]
    return {"rows": plain, "notes": notes, "caution": caution(comparison)}


def _curves_of(comparison: Comparison, most: int, indices: Indices, digits: int) -> dict[str, Any]:
    return {axis: _bands(comparison, axis, most, indices, digits) for axis in curves.AXES}


def _bands(comparison: Comparison, axis: Axis, most: int, indices: Indices, digits: int) -> dict[str, Any]:
    grid, bands = curves.bands(comparison, axis, most)
    plain = [
        [
            indices[pair],
            band.start,
            *numbers([band.end]),
            *(numbers(part, digits) for part in band[2:] if part is not None),
        ]
        for pair, band in bands.items()
    ]
    return {"grid": numbers(grid), "bands": plain}


def _experiments(comparison: Comparison, most: int, indices: Indices, digits: int) -> list[list[Any]]:
    """Return combination, repetition, value, epochs spent, seconds, and [x, y] by axis of each experiment."""
    rows = comparison.outcomes
    columns = [
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan), digits)
        for name in ("value", "epochs_spent", "wall_s")
    ]
    pairs = [indices[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    drawn = [_curves(curves.thinned(comparison.curves(axis), most), digits) for axis in curves.AXES]
    return [list(row) for row in zip(pairs, map(int, rows["repetition"]), *columns, *drawn, strict=True)]


def _curves(drawn: Curves, digits: int) -> list[list[list[float | None]]]:
    x, y = numbers(drawn.x), numbers(drawn.y, digits)
    return [
        [x[start:end], y[start:end]] for start, end in zip(drawn.starts[:-1], drawn.starts[1:], strict=True)
    ]


def _trials(run: Run, comparison: Comparison, most: int, indices: Indices) -> list[list[Any]]:
    """Return combination, repetition, number, best, epochs, decision, start, end, configuration of each."""
    rows = best_trials(run, comparison, most)
    pairs = [indices[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    repetition, number, epochs = (map(int, rows[name]) for name in ("repetition", "number", "epochs"))
    best, started, ended = (
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan)) for name in ("best", "started", "ended")
    )
    words = map(str, rows["decision"])
    columns = (pairs, repetition, number, best, epochs, words, started, ended, rows["config"])
    return [list(row) for row in zip(*columns, strict=True)]
