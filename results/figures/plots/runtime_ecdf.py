"""Runtime distributions: the share of targets that are reached within a budget, with restarts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.comparison import Comparison
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import logarithmic
from results.figures.plots.anytime import AXES
from results.statistics.runtimes import DRAWS, RESAMPLES, restart_profile
from results.statistics.stratified import Means
from results.statistics.targets import first_hits
from results.types import Axis, Floats

TARGETS = (50.0, 75.0, 90.0, 95.0, 99.0)
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
    page, handles = _crowd.crowd(comparison, lines)
    page.axes[0].set_ylim(-0.03, 1.03)
    for panel in page.axes:
        logarithmic(panel, float(budgets[0]), float(budgets[-1]) * 1.15)
    page.label("epochs spent, all trials" if axis == "epochs" else comparison.clock, "share of targets")
    against = "in epochs" if axis == "epochs" else f"in {comparison.unit}"
    title = f"Runtime to fixed targets, {against}: {comparison.title}"
    return page.finish(title, _caption(comparison, success, cost), handles)


def _hits(comparison: Comparison, axis: Axis) -> tuple[NDArray[np.bool_], Floats]:
    """Return whether and at what cost targets were reached: (repetitions, tasks, combinations, targets)."""
    curves = comparison.curves(axis)
    hits = [first_hits(curves.curve(key), TARGETS, "max") for key in curves.keys]
    success = comparison.cube(np.array([runs.success for runs in hits], dtype=np.float64))
    return np.nan_to_num(success).astype(np.bool_), comparison.cube(np.array([runs.cost for runs in hits]))


def _caption(comparison: Comparison, success: NDArray[np.bool_], cost: Floats) -> str:
    runs = int(np.isfinite(cost[..., 0]).sum())
    reached = ", ".join(
        f"{target:g} by {count}" for target, count in zip(TARGETS, success.sum(axis=(0, 1, 2)), strict=True)
    )
    parts = [
        f"Share of pairs of a task and a target (scores {', '.join(f'{t:g}' for t in TARGETS)}; {SCALE}) "
        f"that are reached within a budget, of {DRAWS} simulated restarts each: a run that ends without "
        "reaching its target is followed by another one, drawn from the same combination's (COCO's runtime "
        "distribution).",
        f"Of {runs} runs each target was reached: {reached}.",
        _crowd.resampled(comparison, RESAMPLES),
    ]
    return f"{' '.join(parts)}{_crowd.shown(comparison)}{_crowd.missing(comparison)} {comparison.caption()}"
