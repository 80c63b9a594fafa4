"""Incumbents against epochs spent and against the clock: the score of one task, the regret over several."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.comparison import Comparison
from results.compare.convergence import regrets
from results.compare.doublings import by_speed_up
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import REGRET
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import logarithmic, margins
from results.numerals import PLAIN, significant
from results.statistics.stratified import stratified_mean
from results.types import Axis

POINTS = 150
AXES: tuple[Axis, ...] = ("epochs", "clock")
BAND = "the 95 % t-interval of the mean, at each point by itself, over repetitions on these tasks"


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison, against epochs and against the clock."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    several = len(comparison.tasks) > 1
    known = not several or by_speed_up(comparison) is not None
    for one in [comparison] if known else comparison.tasks_alone.values():
        for axis in AXES:
            if np.nanmax(one.curves(axis).ends) > 0:  # what took no time has no place on this axis
                yield f"anytime-{axis}-{one.slug}", _page(one, axis)


def _page(comparison: Comparison, axis: Axis) -> Figure:
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
    lines = _crowd.lines_of(comparison.combinations, x, mean, last)
    page, handles = _crowd.crowd(comparison, lines)
    coloured = set(_crowd.favourites(comparison))
    means = [line.y.mean for line in lines if line.searcher in coloured]
    low, high = margins(robust_limits(means, "min" if by_regret else "max", keep=0.9))
    page.axes[0].set_ylim(low, high)
    seen = [line.x[line.y.mean < high if by_regret else line.y.mean > low] for line in lines]
    for panel in page.axes:
        logarithmic(panel, _start(seen, first), float(x[-1]) * 1.15)
    measure = "regret (log scale, 0 to 1)" if by_regret else comparison.metric
    page.label("epochs spent, all trials" if axis == "epochs" else comparison.clock, measure)
    against = "epochs spent" if axis == "epochs" else comparison.unit
    title = f"{'Regret' if by_regret else 'Score'} against {against}: {comparison.title}"
    return page.finish(title, _caption(comparison, by_regret, low, high), handles)


def _start(seen: list[NDArray[np.float64]], first: float) -> float:
    """Return where the first line comes into view, of the points of each that are."""
    return max(first, min((float(x[0]) for x in seen if len(x)), default=first) / 1.2)


def _caption(comparison: Comparison, by_regret: bool, low: float, high: float) -> str:
    band = any(np.isfinite(mean.low) for mean in comparison.means.values())
    score = f"Score of the incumbent ({SCALE}; what is below 0 counts as 0), mean over {comparison.over}."
    regret = (
        f"Regret of the incumbent: {REGRET}; lower is better, and 1 before the first result. By its "
        f"noise-free value where that is known. Mean over {comparison.over}. The AOCC is 1 less the mean "
        "height of a line over the budget's epochs (on a linear axis)."
    )
    parts = [
        regret if by_regret else score,
        "An experiment that has ended keeps its value; a line ends with its last one (marker).",
        f"The band, with a whisker at its end, is {BAND}."
        if band
        else f"No band: one repetition. {single(comparison)}".strip(),
    ]
    if by_regret and high < 1:
        parts.append(f"The axis ends at a regret of {significant(high, 2)}.")
    if low > 0 and not by_regret:
        parts.append(f"The axis begins at a {comparison.metric} of {PLAIN(low)}.")
    return f"{' '.join(parts)}{_crowd.shown(comparison)}{_crowd.missing(comparison)} {comparison.caption()}"
