"""Incumbents against what was spent: the score of one task, the regret over several.

Against epochs and the clock; of several tasks also against full trainings of each, the axis that they share.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.comparison import Comparison
from results.compare.convergence import regrets
from results.compare.doublings import by_speed_up
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import REGRET
from results.figures.caption import closing
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import logarithmic, margins
from results.numerals import PLAIN, significant
from results.statistics.stratified import stratified_mean
from results.types import Axis

POINTS = 150
AXES: tuple[Axis, ...] = ("epochs", "clock")
OVER_TASKS: tuple[Axis, ...] = (*AXES, "trainings")  # of several tasks
#: Labels of the axes, and what stands in a title; the clock's depend on the engine.
WORDS = {
    "epochs": ("epochs spent, all trials", "epochs spent"),
    "trainings": ("full trainings spent, all trials", "full trainings spent"),
}
BAND = "95 % t-interval of the mean, point by point, over repetitions on these tasks"


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison on each of its axes."""
    yield from each_comparison(run, True, _of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return a row for each point of each line: axis (one of ``OVER_TASKS``), x, mean, low, high.

    Of several tasks the values are regrets, of one its scores.
    """
    return each_frame(run, True, _rows)


def _rows(comparison: Comparison) -> pd.DataFrame:
    frames = []
    for one in _drawn(comparison):
        for axis in _axes(one):
            for line in _lines(one, axis):
                of = {"searcher": line.searcher, "scheduler": line.scheduler, "axis": axis, "x": line.x}
                y = {"mean": line.y.mean, "low": line.y.low, "high": line.y.high}
                frames.append(pd.DataFrame(of | y).assign(values=", ".join(one.tasks)))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for one in _drawn(comparison):
        for axis in _axes(one):
            yield f"anytime-{axis}-{one.slug}", _page(one, axis)


def _drawn(comparison: Comparison) -> list[Comparison]:
    """Return the comparison, or one of each task where they have no common measure."""
    known = len(comparison.tasks) == 1 or by_speed_up(comparison) is not None
    return [comparison] if known else list(comparison.tasks_alone.values())


def _axes(comparison: Comparison) -> list[Axis]:
    """Return the axes on which anything took time; full trainings if there are several tasks."""
    axes = OVER_TASKS if len(comparison.tasks) > 1 else AXES
    return [axis for axis in axes if np.nanmax(comparison.curves(axis).ends, initial=0) > 0]


def _lines(comparison: Comparison, axis: Axis) -> list[_crowd.Line]:
    by_regret = len(comparison.tasks) > 1
    curves = regrets(comparison, axis) if by_regret else comparison.curves(axis)
    ends = curves.ends
    first = 1.0 if axis == "epochs" else float(np.nanmax(ends)) / 1000
    x = np.geomspace(first, float(np.nanmax(ends)), POINTS)
    # As in ``scores.anytime``: no result yet, and worse than random search's baseline, count as 0.
    at = curves.at(x)
    heights = np.where(np.isnan(at), 1.0, at) if by_regret else np.maximum(np.nan_to_num(at), 0.0)
    mean = stratified_mean(comparison.cube(heights))
    last = np.nanmax(comparison.cube(ends), axis=(0, 1))
    return _crowd.lines_of(comparison.combinations, x, mean, last)


def _page(comparison: Comparison, axis: Axis) -> Figure:
    by_regret = len(comparison.tasks) > 1
    lines = _lines(comparison, axis)
    first, end = (min(line.x[0] for line in lines), float(np.nanmax(comparison.curves(axis).ends)))
    page, handles = _crowd.crowd(comparison, lines, named=True)
    coloured = set(_crowd.favourites(comparison))
    means = [line.y.mean for line in lines if line.searcher in coloured]
    low, high = margins(robust_limits(means, "min" if by_regret else "max", keep=0.9))
    page.axes[0].set_ylim(low, high)
    seen = [line.x[line.y.mean < high if by_regret else line.y.mean > low] for line in lines]
    for panel in page.axes:
        logarithmic(panel, _start(seen, first), end * 1.15)
    measure = "regret (log scale, 0 to 1)" if by_regret else comparison.metric
    label, against = WORDS.get(axis, (comparison.clock, comparison.unit))
    page.label(label, measure)
    title = f"{'Regret' if by_regret else 'Score'} against {against}: {comparison.title}"
    return page.finish(title, _caption(comparison, by_regret, low, high), handles)


def _start(seen: list[NDArray[np.float64]], first: float) -> float:
    """Return where the first line comes into view, of the points of each that are."""
    return max(first, min((float(x[0]) for x in seen if len(x)), default=first) / 1.2)


def _caption(comparison: Comparison, by_regret: bool, low: float, high: float) -> list[str]:
    band = any(np.isfinite(mean.low) for mean in comparison.means.values())
    score = f"Score of the incumbent ({SCALE}; what is below 0 counts as 0), mean over {comparison.over}."
    regret = (
        "Regret of the incumbent, from 0 (as good as the best known) to 1 (as a random configuration), mean "
        f"over {comparison.over}."
    )
    parts = [
        regret if by_regret else score,
        f"Band: {BAND}." if band else "No band: one repetition.",
        _crowd.shown(comparison),
    ]
    if by_regret and high < 1:
        parts.append(f"The axis ends at a regret of {significant(high, 2)}.")
    if low > 0 and not by_regret:
        parts.append(f"The axis begins at a {comparison.metric} of {PLAIN(low)}.")
    parts += [
        _crowd.missing(comparison),
        "An experiment that has ended keeps its value; a line ends with its last one (marker).",
    ]
    if by_regret:
        parts += [
            f"Regret: {REGRET}; by the noise-free value where that is known, and 1 before the first result.",
            "The AOCC is 1 less the mean height of a line over the budget's epochs (on a linear axis).",
        ]
    return [*parts, single(comparison), *closing(comparison)]
