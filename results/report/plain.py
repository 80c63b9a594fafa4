"""A view as plain data: lists of numbers and names, NaN as None, a combination as its place in "pairs"."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from results.compare.incumbents import Curves
from results.compare.run import Run
from results.figures.limits import limits_of_values
from results.numerals import POINTS, Numerals, floor_log10, numerals, with_halves
from results.recommend import caution
from results.report import curves, words
from results.report.record import ledger
from results.report.trials import best_trials
from results.report.views import Cell, View
from results.store.parts import Combination
from results.types import Axis, Floats, Mode

#: Significant digits of what is drawn or listed.
DIGITS = 5
#: Of the combinations, what the colours tell apart at least; a few bad ones would take all of them.
COLOURED = 0.7

Places = dict[Combination, int]


class Limits(NamedTuple):
    """What a page holds at most: trials of a combination, points of a mean curve, points of a curve."""

    trials: int
    band: int
    curve: int


def plain_view(run: Run, view: View, limits: Limits) -> dict[str, Any]:
    """Return all that the page shows of a view."""
    cells = view.cells()
    places = {pair: place for place, pair in enumerate(cells)}
    means = np.array([cell.mean for cell in cells.values()])
    finite = means[np.isfinite(means)]
    mode: Mode = "max" if view.sign > 0 else "min"
    written = POINTS if view.scored else _written(list(cells.values()), finite)
    digits = _digits(written, finite)
    shown: dict[str, Any] = {
        "task": view.task,
        "tasks": view.pool.tasks,
        "metric": view.metric,
        "scored": view.scored,
        "base": places.get(view.pool.base) if view.pool.base else None,
        "sign": view.sign,
        "what": view.what,
        "caption": view.pool.caption().replace("\N{NO-BREAK SPACE}", " "),
        "searchers": view.pool.searchers,
        "schedulers": view.pool.schedulers,
        "written": written._asdict(),
        "limits": numbers(limits_of_values(finite, mode, keep=COLOURED), digits),
        "answer": words.of_view(view),
        "pairs": list(places),
        "cells": [[*numbers(cell[:3], digits), *cell[3:5], cell.reasons] for cell in cells.values()],
        "ranking": _ranking(view, places, digits),
        "ledger": [[places[pair], *numbers(row)] for pair, row in ledger(view)],
        "curves": {axis: _bands(view, axis, limits.band, places, digits) for axis in curves.AXES},
    }
    if view.task:
        shown["experiments"] = _experiments(view, limits.curve, places, digits)
        shown["trials"] = _trials(run, view, limits.trials, places)
    return shown


def _written(cells: list[Cell], means: Floats) -> Numerals:
    """Return how to write the means of a metric: to four digits of their spread, or three of a small one."""
    found = numerals(means, 4)
    found = found if found.place < 6 else numerals(means)
    halves = (cell.high / 2 - cell.low / 2 for cell in cells)
    return with_halves(found, halves, float(np.abs(means).max(initial=0.0)))


def _digits(written: Numerals, means: Floats) -> int:
    """Return how many significant digits it takes to write values to a place."""
    largest = float(np.abs(means).max(initial=0.0))
    return int(np.clip(written.place + floor_log10(largest or 1.0) + 2, DIGITS, 17))


def numbers(values: ArrayLike, digits: int = DIGITS) -> list[float | None]:
    """Return values with so many significant digits; None for what is not finite."""
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


def _ranking(view: View, places: Places, digits: int) -> dict[str, Any]:
    if view.choice is None:
        return {"rows": [], "notes": [view.obstacle], "caution": ""}
    rows = view.ranking
    columns = ["mean", "probability", "difference", "low", "high"]
    pairs = zip(rows["searcher"], rows["scheduler"], strict=True)
    plain = [
        [places[pair], *numbers(values, digits), bool(possible)]
        for pair, values, possible in zip(pairs, rows[columns].to_numpy(), rows["possible"], strict=True)
    ]
    return {"rows": plain, "notes": view.choice.notes, "caution": caution(view.choice)}


def _bands(view: View, axis: Axis, most: int, places: Places, digits: int) -> dict[str, Any]:
    grid, found = curves.bands(view, axis, most)
    plain = [
        [
            places[pair],
            band.start,
            *numbers([band.end]),
            *(numbers(part, digits) for part in band[2:] if part is not None),
        ]
        for pair, band in found.items()
    ]
    return {"grid": numbers(grid), "bands": plain}


def _experiments(view: View, most: int, places: Places, digits: int) -> list[list[Any]]:
    """Return combination, repetition, value, epochs spent, seconds, and [x, y] by axis of each experiment."""
    rows = view.pool.scores
    columns = [
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan), digits)
        for name in ("score", "epochs_spent", "wall_s")
    ]
    pairs = [places[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    drawn = [_curves(curves.thinned(view.pool.curves(axis), most), digits) for axis in curves.AXES]
    return [list(row) for row in zip(pairs, map(int, rows["repetition"]), *columns, *drawn, strict=True)]


def _curves(drawn: Curves, digits: int) -> list[list[list[float | None]]]:
    x, y = numbers(drawn.x), numbers(drawn.y, digits)
    return [
        [x[start:end], y[start:end]] for start, end in zip(drawn.starts[:-1], drawn.starts[1:], strict=True)
    ]


def _trials(run: Run, view: View, most: int, places: Places) -> list[list[Any]]:
    """Return combination, repetition, number, best, epochs, decision, start, end, configuration of each."""
    rows = best_trials(run, view, most)
    pairs = [places[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    repetition, number, epochs = (map(int, rows[name]) for name in ("repetition", "number", "epochs"))
    best, started, ended = (
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan)) for name in ("best", "started", "ended")
    )
    words = map(str, rows["decision"])
    columns = (pairs, repetition, number, best, epochs, words, started, ended, rows["config"])
    return [list(row) for row in zip(*columns, strict=True)]
