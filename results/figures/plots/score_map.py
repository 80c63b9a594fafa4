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
from results.figures.plots._each import each_comparison
from results.figures.plots._map_cell import HeatCell, without_mean
from results.figures.plots._map_page import heat_map


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each task of each comparison."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for alone in comparison.tasks_alone.values() or [comparison]:
        if alone.combinations:
            yield f"score-map-{alone.slug}", _page(alone)


def _page(comparison: Comparison) -> Figure:
    asked = comparison.experiments.groupby(["label", "scheduler"]).size()
    scored = comparison.outcomes.groupby(["searcher", "scheduler"]).size()
    cells = {}
    pairs: list[Any] = asked.index.to_list()
    for searcher, scheduler in pairs:
        share = f"{scored.get((searcher, scheduler), 0)} of {asked[searcher, scheduler]}"
        cells[searcher, scheduler] = _cell(comparison, searcher, scheduler, share)
    drawn = heat_map(cells, comparison.searchers, comparison.schedulers, comparison.metric, "max")
    return drawn.page.finish(
        f"Score: {comparison.title}", _caption(comparison, drawn.said), notes=drawn.notes
    )


def _cell(comparison: Comparison, searcher: str, scheduler: str, share: str) -> HeatCell:
    reasons = comparison.why_not(searcher, scheduler)
    mean = comparison.means.get((searcher, scheduler))
    if mean is None:
        return without_mean(share, reasons)
    return HeatCell(float(mean.mean), float(mean.low), float(mean.high), share, "ok", reasons)


def _caption(comparison: Comparison, notes: list[str]) -> str:
    several = any(np.isfinite(mean.low) for mean in comparison.means.values())
    parts = [
        f"Score of the incumbent at the end ({SCALE}), mean over {comparison.over}"
        + (
            "; the best in bold, which is no test: the critical-difference diagram has one."
            if several
            else "."
        ),
        "± is half the width of the 95 % t-interval of the mean, over repetitions."
        if several
        else f"No ±, and none in bold: one repetition. {single(comparison)}".strip(),
    ]
    return " ".join([*parts, *notes, comparison.caption()])
