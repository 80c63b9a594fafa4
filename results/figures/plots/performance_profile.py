"""Performance profile: the share of runs whose score is above a threshold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.caption import closing
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import margins
from results.statistics.aggregate import performance_profile
from results.statistics.stratified import Means
from results.types import Floats

POINTS = 60
RESAMPLES = 200


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    yield f"performance-profile-{comparison.slug}", _page(comparison)


def _page(comparison: Comparison) -> Figure:
    scores = comparison.cube(comparison.outcomes["value"].to_numpy())
    coloured = set(_crowd.favourites(comparison))
    best = [scores[..., place] for place, pair in enumerate(comparison.combinations) if pair[0] in coloured]
    low, high = margins(robust_limits([array.ravel() for array in best], "max", keep=0.95))
    thresholds = np.linspace(low, high, POINTS)
    lines = [
        _crowd.Line(
            scheduler, searcher, thresholds, _profile(scores[..., place], thresholds, searcher in coloured)
        )
        for place, (searcher, scheduler) in enumerate(comparison.combinations)
    ]
    page, handles = _crowd.crowd(comparison, lines)
    page.axes[0].set_xlim(low, high)
    page.axes[0].set_ylim(-0.03, 1.03)
    page.label(comparison.metric, "share of runs above it")
    return page.finish(f"Performance profiles: {comparison.title}", _caption(comparison, low), handles)


def _profile(scores: Floats, thresholds: Floats, band: bool) -> Means:
    """Return the profile of scores of shape (repetitions, tasks), without limits unless ``band``."""
    known = scores[np.isfinite(scores).any(axis=1)]
    profile = performance_profile(
        known, thresholds, np.random.default_rng(0), resamples=RESAMPLES if band else 2
    )
    nothing = np.full(len(thresholds), np.nan)
    return Means(*profile) if band else Means(profile.share, nothing, nothing)


def _caption(comparison: Comparison, low: float) -> list[str]:
    parts = [
        f"Share of runs whose score at the end ({SCALE}) is above a threshold; each task counts the same.",
        _crowd.resampled(comparison, RESAMPLES),
        _crowd.shown(comparison),
    ]
    below = int((comparison.outcomes["value"] < low).sum())
    if below:
        parts.append(f"{below} of {len(comparison.outcomes)} scores lie below the axis.")
    return [*parts, _crowd.missing(comparison), single(comparison), *closing(comparison)]
