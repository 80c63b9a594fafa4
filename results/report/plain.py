"""A view as plain data: lists of numbers and names, NaN as None, a combination as its place in "pairs"."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from results import Run
from results.curves import Axis, Mode, limits_of_values
from results.incumbents import Curves
from results.pools import Combination
from results.recommend import caution
from results.report import curves, words
from results.report.record import ledger
from results.report.trials import best_trials
from results.report.views import View
from results.style import decimals

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
        "decimals": 1 if view.scored else min(decimals(finite) + 1, 5),
        "limits": list(limits_of_values(finite, mode, keep=COLOURED)),
        "answer": words.of_view(view),
        "pairs": list(places),
        "cells": [[*numbers(cell[:3]), *cell[3:5], cell.reasons] for cell in cells.values()],
        "ranking": _ranking(view, places),
        "ledger": [[places[pair], *numbers(row)] for pair, row in ledger(view)],
        "curves": {axis: _bands(view, axis, limits.band, places) for axis in curves.AXES},
    }
    if view.task:
        shown["experiments"] = _experiments(view, limits.curve, places)
        shown["trials"] = _trials(run, view, limits.trials, places)
    return shown


def numbers(values: ArrayLike, digits: int = DIGITS) -> list[float | None]:
    """Return values with so many significant digits; None for what is not finite."""
    array = np.asarray(values, dtype=np.float64)
    fine = np.isfinite(array)
    safe = np.where(fine & (array != 0), array, 1.0)
    scale = 10.0 ** (digits - 1 - np.floor(np.log10(np.abs(safe))))
    rounded = np.where(array == 0, 0.0, np.round(safe * scale) / scale).tolist()
    if fine.all():
        return list(rounded)
    return [value if known else None for value, known in zip(rounded, fine.tolist(), strict=True)]


def _ranking(view: View, places: Places) -> dict[str, Any]:
    if view.choice is None:
        return {"rows": [], "notes": [view.obstacle], "caution": ""}
    rows = view.ranking
    columns = ["mean", "probability", "difference", "low", "high"]
    pairs = zip(rows["searcher"], rows["scheduler"], strict=True)
    plain = [
        [places[pair], *numbers(values), bool(possible)]
        for pair, values, possible in zip(pairs, rows[columns].to_numpy(), rows["possible"], strict=True)
    ]
    return {"rows": plain, "notes": view.choice.notes, "caution": caution(view.choice)}


def _bands(view: View, axis: Axis, most: int, places: Places) -> dict[str, Any]:
    grid, found = curves.bands(view, axis, most)
    plain = [
        [
            places[pair],
            band.start,
            *numbers([band.end]),
            *(numbers(part) for part in band[2:] if part is not None),
        ]
        for pair, band in found.items()
    ]
    return {"grid": numbers(grid), "bands": plain}


def _experiments(view: View, most: int, places: Places) -> list[list[Any]]:
    """Return combination, repetition, value, epochs spent, seconds, and [x, y] by axis of each experiment."""
    rows = view.pool.scores
    columns = [
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan))
        for name in ("score", "epochs_spent", "wall_s")
    ]
    pairs = [places[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    drawn = [_curves(curves.thinned(view.pool.curves(axis), most)) for axis in curves.AXES]
    return [list(row) for row in zip(pairs, map(int, rows["repetition"]), *columns, *drawn, strict=True)]


def _curves(drawn: Curves) -> list[list[list[float | None]]]:
    x, y = numbers(drawn.x), numbers(drawn.y)
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
