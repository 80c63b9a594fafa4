"""Heat map of scores: the mean over tasks for each searcher x scheduler, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.plots._cells import HeatCell, heat_map
from results.figures.plots._each import each_comparison


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    yield f"score-map-{comparison.slug}", _page(comparison)


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
        missing = reasons or ("not asked: the experiments of some tasks",)
        return HeatCell(np.nan, np.nan, share, missing[0].partition(":")[0].partition(",")[0], missing)
    return HeatCell(float(mean.mean), float(mean.high - mean.low) / 2, share, "ok", reasons)


def _caption(comparison: Comparison, notes: list[str]) -> str:
    several = any(np.isfinite(mean.low) for mean in comparison.means.values())
    parts = [
        f"Score of the incumbent at the end ({SCALE}), mean over {comparison.over}"
        + (
            "; the best in bold, which is no test: the critical-difference diagram has one."
            if several
            else "."
        ),
        "± is half the width of the 95 % t-interval of the mean, over repetitions on these tasks."
        if several
        else "No ±, and none in bold: one repetition.",
    ]
    if len(comparison.tasks) > 1:
        parts.append("A combination without a score on every task has no mean.")
    return " ".join([*parts, *notes, comparison.caption()])
