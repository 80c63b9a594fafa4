"""The incumbent's score, the mean over tasks, against epochs spent and against the clock."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from results.compare.pools import Pool
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_pool
from results.figures.plots._panels import logarithmic, margins
from results.numerals import PLAIN
from results.statistics.stratified import stratified_mean
from results.types import Axis

POINTS = 150
AXES: tuple[Axis, ...] = ("epochs", "clock")
BAND = "the 95 % t-interval of the mean, at each point by itself, over repetitions on these tasks"


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each pool, against epochs and against the clock."""
    yield from each_pool(run, _of_pool)


def _of_pool(pool: Pool) -> Iterator[tuple[str, Figure]]:
    for axis in AXES:
        if np.nanmax(pool.curves(axis).ends) > 0:  # what took no time has no place on this axis
            yield f"anytime-{axis}-{pool.setting.slug}", _page(pool, axis)


def _page(pool: Pool, axis: Axis) -> Figure:
    curves = pool.curves(axis)
    ends = curves.ends
    first = 1.0 if axis == "epochs" else float(np.nanmax(ends)) / 1000
    x = np.geomspace(first, float(np.nanmax(ends)), POINTS)
    # As in ``scores.anytime``: no result yet, and worse than random search's baseline, count as 0.
    scores = np.maximum(np.nan_to_num(curves.at(x)), 0.0)
    mean = stratified_mean(pool.cube(scores))
    last = np.nanmax(pool.cube(ends), axis=(0, 1))
    lines = _crowd.lines_of(pool.combinations, x, mean, last)
    page, handles = _crowd.crowd(pool, lines)
    coloured = set(_crowd.favourites(pool))
    heights = [line.y.mean for line in lines if line.searcher in coloured]
    low, high = margins(robust_limits(heights, "max", keep=0.9))
    page.axes[0].set_ylim(low, high)
    for panel in page.axes:
        logarithmic(panel, _start(lines, low, first), float(x[-1]) * 1.15)
    page.label("epochs spent, all trials" if axis == "epochs" else pool.setting.clock, pool.score)
    against = "epochs spent" if axis == "epochs" else pool.setting.unit
    return page.finish(f"Score against {against}: {pool.setting.title}", _caption(pool, low), handles)


def _start(lines: list[_crowd.Line], low: float, first: float) -> float:
    """Return where the first line comes into view."""
    seen = [line.x[line.y.mean > low] for line in lines]
    return max(first, min((float(x[0]) for x in seen if len(x)), default=first) / 1.2)


def _caption(pool: Pool, low: float) -> str:
    band = any(np.isfinite(mean.low) for mean in pool.means.values())
    parts = [
        f"Score of the incumbent ({SCALE}; what is below 0 counts as 0), mean over {pool.over}.",
        "An experiment that has ended keeps its score; a line ends with its last one (marker).",
        f"The band, with a whisker at its end, is {BAND}." if band else "No band: one repetition.",
    ]
    if low > 0:
        parts.append(f"The axis begins at a {pool.score} of {PLAIN(low)}.")
    return f"{' '.join(parts)}{_crowd.shown(pool)}{_crowd.missing(pool)} {pool.caption()}"
