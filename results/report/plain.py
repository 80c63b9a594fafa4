"""Plain data of a comparison: lists of numbers and names, NaN as None, combinations as indices of "pairs"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from results.compare.comparison import Comparison
from results.compare.curves import Curves
from results.compare.doublings import by_speed_up
from results.compare.run import Run
from results.recommend.notes import Usage
from results.report import curves, expenses, words
from results.report.answers import Indices, answer
from results.report.curves import Band
from results.report.explorer import explored
from results.report.headline import headline_of
from results.report.numbers import numbers
from results.report.record import ledger
from results.report.stages import stages
from results.report.trials import best_trials
from results.types import Axis


class PageLimits(NamedTuple):
    """The sizes of what a page can hold.

    Attributes:
        trials: of a combination with their configurations.
        sampled: trials of a task for exploring.
        band, curve: points of a mean curve, of a curve.
        measures: whether mean curves are of all measures, and have quartiles.
        shares: parts of the budget with an answer.
    """

    trials: int
    sampled: int
    band: int
    curve: int
    measures: bool
    shares: tuple[float, ...]


def plain_comparison(
    run: Run,
    comparison: Comparison,
    axes: Sequence[Axis],
    limits: PageLimits,
    usage: Usage | None = None,
) -> dict[str, Any]:
    """Return all that the page shows of a comparison, with curves on these axes."""
    found = answer(comparison)
    indices, digits = found.indices, found.digits
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
        "pairs": list(indices),
        "asked": [[cell.asked, cell.reasons] for cell in found.cells.values()],
        **found.shown,
        "stages": stages(comparison, curves.STAGED, limits.shares),
        "spent": expenses.spent(comparison, indices),
        "python": expenses.python(comparison, indices, usage),
        "headline": headline_of(comparison, indices),
        "ledger": [[indices[pair], *numbers(row)] for pair, row in ledger(comparison)],
        "curves": curves_of(comparison, axes, limits, indices, digits),
        "behind": [
            {"task": name, "curves": curves_of(by_speed_up(alone) or alone, axes, limits, indices, digits)}
            for name, alone in comparison.tasks_alone.items()
            if comparison.doubled
        ],
    }
    if task:
        shown["found"] = expenses.found(comparison, indices)
        shown["experiments"] = _experiments(comparison, axes, limits.curve, indices, digits)
        shown["trials"] = _trials(run, comparison, limits.trials, indices)
        shown["explore"] = explored(run, comparison, indices, limits.sampled)
    return shown


def curves_of(
    comparison: Comparison, axes: Sequence[Axis], limits: PageLimits, indices: Indices, digits: int
) -> dict[str, Any]:
    """Return the mean curves by axis: the grid, and by measure the bands of the combinations."""
    return {axis: _measured(comparison, axis, limits, indices, digits) for axis in axes}


def _measured(
    comparison: Comparison, axis: Axis, limits: PageLimits, indices: Indices, digits: int
) -> dict[str, Any]:
    measures = curves.measures(comparison, axis)
    wanted = list(measures)[: None if limits.measures else 1]
    grid, by_measure = np.empty(0), {}
    for name in wanted:
        grid, found = curves.bands(comparison, measures[name], limits.band, limits.measures)
        by_measure[name] = [_band(indices[pair], band, digits) for pair, band in found.items()]
    return {"grid": numbers(grid), "measures": by_measure}


def _band(index: int, band: Band, digits: int) -> list[Any]:
    """Return combination, start, end, and three lists of mean and limits, then of median and quartiles."""
    mean = [numbers(part, digits) for part in (band.mean, band.low, band.high) if part is not None]
    middle = [] if band.quartiles is None else [numbers(part, digits) for part in band.quartiles]
    return [index, band.start, *numbers([band.end]), mean, middle]


def _experiments(
    comparison: Comparison, axes: Sequence[Axis], most: int, indices: Indices, digits: int
) -> list[list[Any]]:
    """Return combination, repetition, value, epochs spent, seconds, and [x, y] by axis of each experiment."""
    rows = comparison.outcomes
    columns = [
        numbers(rows[name].to_numpy(np.float64, na_value=np.nan), digits)
        for name in ("value", "epochs_spent", "wall_s")
    ]
    pairs = [indices[pair] for pair in zip(rows["searcher"], rows["scheduler"], strict=True)]
    drawn = [_curves(curves.thinned(comparison.curves(axis), most), digits) for axis in axes]
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
    decisions = map(str, rows["decision"])
    configs = ["" if not isinstance(text, str) else text for text in rows["config"]]
    columns = (pairs, repetition, number, best, epochs, decisions, started, ended, configs)
    return [list(row) for row in zip(*columns, strict=True)]
