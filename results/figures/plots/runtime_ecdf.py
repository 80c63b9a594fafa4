"""Runtime distributions: the share of targets that are reached within a budget, with restarts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.comparison import Comparison
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import logarithmic
from results.figures.plots.anytime import AXES
from results.figures.style import looks
from results.statistics.runtimes import DRAWS, RESAMPLES, restart_profile
from results.statistics.stratified import Means
from results.statistics.targets import first_hits
from results.types import Axis, Floats

#: As many as in COCO: their distances to 100 are spaced evenly on a log scale, from 100 to 1.
TARGETS = tuple(100 - distance for distance in np.geomspace(100.0, 1.0, 51).tolist())
POINTS = 100
RESTARTS = 10  # the axis ends at this multiple of the longest run


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison, against epochs and against the clock."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for axis in AXES:
        if np.nanmax(comparison.curves(axis).ends) > 0:  # what took no time has no place on this axis
            yield f"runtime-ecdf-{axis}-{comparison.slug}", _page(comparison, axis)


def _page(comparison: Comparison, axis: Axis) -> Figure:
    success, cost = _hits(comparison, axis)
    budgets = np.geomspace(np.nanmin(cost[cost > 0]), RESTARTS * np.nanmax(cost), POINTS)
    coloured = set(_crowd.favourites(comparison))
    lines = []
    for place, (searcher, scheduler) in enumerate(comparison.combinations):
        profile = restart_profile(
            success[:, :, place],
            cost[:, :, place],
            budgets,
            np.random.default_rng(0),
            resamples=RESAMPLES if searcher in coloured else 0,
        )
        lines.append(_crowd.Line(scheduler, searcher, budgets, Means(*profile)))
    page, handles = _crowd.crowd(comparison, lines, named=True)
    _mark_ends(page, comparison, lines, cost)
    page.axes[0].set_ylim(-0.03, 1.03)
    for panel in page.axes:
        logarithmic(panel, float(budgets[0]), float(budgets[-1]) * 1.15)
    page.label("epochs spent, all trials" if axis == "epochs" else comparison.clock, "share of targets")
    against = "in epochs" if axis == "epochs" else f"in {comparison.unit}"
    title = f"Runtime to fixed targets, {against}: {comparison.title}"
    return page.finish(title, _caption(comparison, success, cost), handles)


def _mark_ends(page: Page, comparison: Comparison, lines: Sequence[_crowd.Line], cost: Floats) -> None:
    """Put a cross where the data of a line in colour end: what follows are restarts of the same runs."""
    coloured = looks(_crowd.favourites(comparison))
    ends = np.nanmedian(np.nanmax(cost, axis=-1), axis=(0, 1))
    panels = dict(zip(comparison.schedulers, page.axes, strict=True))
    for line, end in zip(lines, ends.tolist(), strict=True):
        if line.searcher in coloured:
            height = line.y.mean[np.searchsorted(line.x, end, side="right") - 1]
            colour = coloured[line.searcher].colour
            panels[line.scheduler].plot(
                [end], [height], "x", color=colour, markersize=5, markeredgewidth=1.4, label=line.searcher
            )


def _hits(comparison: Comparison, axis: Axis) -> tuple[NDArray[np.bool_], Floats]:
    """Return whether and at what cost targets were reached: (repetitions, tasks, combinations, targets)."""
    curves = comparison.curves(axis)
    hits = [first_hits(curves.curve(key), TARGETS, "max") for key in curves.keys]
    success = comparison.cube(np.array([runs.success for runs in hits], dtype=np.float64))
    return np.nan_to_num(success).astype(np.bool_), comparison.cube(np.array([runs.cost for runs in hits]))


def _caption(comparison: Comparison, success: NDArray[np.bool_], cost: Floats) -> list[str]:
    runs = int(np.isfinite(cost[..., 0]).sum())
    last = int(success[..., -1].sum())
    return [
        f"Share of {len(TARGETS)} targets (scores from 0 to 99; {SCALE}) reached within a budget, with "
        "restarts; a cross: the usual run ends.",
        _crowd.resampled(comparison, RESAMPLES),
        _crowd.shown(comparison),
        f"{last} of {runs} runs reached the last target.",
        f"{DRAWS} simulated restarts a target: a run that ends without reaching it is followed by another "
        "one, drawn from the same combination's (COCO's runtime distribution, arXiv:1605.03560).",
        _crowd.missing(comparison),
        single(comparison),
        *closing(comparison),
    ]
