"""The incumbent's score, the mean over tasks, against epochs spent and against the clock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import logarithmic, margins
from results.numerals import PLAIN
from results.statistics.stratified import stratified_mean
from results.types import Axis

POINTS = 150
AXES: tuple[Axis, ...] = ("epochs", "clock")
BAND = "the 95 % t-interval of the mean, at each point by itself, over repetitions on these tasks"


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison, against epochs and against the clock."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for axis in AXES:
        if np.nanmax(comparison.curves(axis).ends) > 0:  # what took no time has no place on this axis
            yield f"anytime-{axis}-{comparison.slug}", _page(comparison, axis)


def _page(comparison: Comparison, axis: Axis) -> Figure:
    curves = comparison.curves(axis)
    ends = curves.ends
    first = 1.0 if axis == "epochs" else float(np.nanmax(ends)) / 1000
    x = np.geomspace(first, float(np.nanmax(ends)), POINTS)
    # As in ``scores.anytime``: no result yet, and worse than random search's baseline, count as 0.
    scores = np.maximum(np.nan_to_num(curves.at(x)), 0.0)
    mean = stratified_mean(comparison.cube(scores))
    last = np.nanmax(comparison.cube(ends), axis=(0, 1))
    lines = _crowd.lines_of(comparison.combinations, x, mean, last)
    page, handles = _crowd.crowd(comparison, lines)
    coloured = set(_crowd.favourites(comparison))
    heights = [line.y.mean for line in lines if line.searcher in coloured]
    low, high = margins(robust_limits(heights, "max", keep=0.9))
    page.axes[0].set_ylim(low, high)
    for panel in page.axes:
        logarithmic(panel, _start(lines, low, first), float(x[-1]) * 1.15)
    page.label("epochs spent, all trials" if axis == "epochs" else comparison.clock, comparison.metric)
    against = "epochs spent" if axis == "epochs" else comparison.unit
    return page.finish(f"Score against {against}: {comparison.title}", _caption(comparison, low), handles)


def _start(lines: list[_crowd.Line], low: float, first: float) -> float:
    """Return where the first line comes into view."""
    seen = [line.x[line.y.mean > low] for line in lines]
    return max(first, min((float(x[0]) for x in seen if len(x)), default=first) / 1.2)


def _caption(comparison: Comparison, low: float) -> str:
    band = any(np.isfinite(mean.low) for mean in comparison.means.values())
    parts = [
        f"Score of the incumbent ({SCALE}; what is below 0 counts as 0), mean over {comparison.over}.",
        "An experiment that has ended keeps its score; a line ends with its last one (marker).",
        f"The band, with a whisker at its end, is {BAND}." if band else "No band: one repetition.",
    ]
    if low > 0:
        parts.append(f"The axis begins at a {comparison.metric} of {PLAIN(low)}.")
    return f"{' '.join(parts)}{_crowd.shown(comparison)}{_crowd.missing(comparison)} {comparison.caption()}"
