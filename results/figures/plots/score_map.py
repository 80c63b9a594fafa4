"""Heat map of scores on one task: the mean for each searcher x scheduler, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.caption import closing
from results.figures.plots._each import each_comparison, named
from results.figures.plots._map_cell import HeatCell, without_mean
from results.figures.plots._map_page import heat_maps


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each task of each comparison."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for alone in comparison.tasks_alone.values() or [comparison]:
        if alone.combinations:
            yield from named(f"score-map-{alone.slug}", _pages(alone))


def _pages(comparison: Comparison) -> list[Figure]:
    counts = comparison.experiments.groupby(["label", "scheduler"]).size()
    scored = comparison.outcomes.groupby(["searcher", "scheduler"]).size()
    cells = {}
    pairs: list[Any] = counts.index.to_list()
    for searcher, scheduler in pairs:
        share = f"{scored.get((searcher, scheduler), 0)} of {counts[searcher, scheduler]}"
        cells[searcher, scheduler] = _cell(comparison, searcher, scheduler, share)
    title = f"Score: {comparison.title}"
    return [
        drawn.page.finish(title, _caption(comparison, drawn.said), notes=drawn.notes)
        for drawn in heat_maps(cells, comparison.searchers, comparison.schedulers, comparison.metric, "max")
    ]


def _cell(comparison: Comparison, searcher: str, scheduler: str, share: str) -> HeatCell:
    reasons = comparison.why_not(searcher, scheduler)
    mean = comparison.means.get((searcher, scheduler))
    if mean is None:
        return without_mean(share, reasons)
    return HeatCell(float(mean.mean), float(mean.low), float(mean.high), share, "ok", reasons)


def _caption(comparison: Comparison, notes: list[str]) -> list[str]:
    several = any(np.isfinite(mean.low) for mean in comparison.means.values())
    parts = [
        f"Score of the incumbent at the end ({SCALE}), mean over {comparison.over}"
        f"{'; the best in bold' * several}.",
        "± is half the width of the 95 % t-interval of the mean, over repetitions."
        if several
        else "No ±, and none in bold: one repetition.",
        *notes,
        "Bold is no test: the critical-difference diagram has one." if several else single(comparison),
    ]
    return [*parts, *closing(comparison)]
