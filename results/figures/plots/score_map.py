"""Searcher x scheduler: the mean score of each combination over tasks, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from results.compare.pools import Pool
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.plots._cells import Cell, heat_map
from results.figures.plots._each import each_pool


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each pool."""
    yield from each_pool(run, _of_pool)


def _of_pool(pool: Pool) -> Iterator[tuple[str, Figure]]:
    yield f"score-map-{pool.setting.slug}", _page(pool)


def _page(pool: Pool) -> Figure:
    asked = pool.experiments.groupby(["label", "scheduler"]).size()
    scored = pool.scores.groupby(["searcher", "scheduler"]).size()
    cells = {}
    pairs: list[Any] = asked.index.to_list()
    for searcher, scheduler in pairs:
        share = f"{scored.get((searcher, scheduler), 0)} of {asked[searcher, scheduler]}"
        cells[searcher, scheduler] = _cell(pool, searcher, scheduler, share)
    drawn = heat_map(cells, pool.searchers, pool.schedulers, pool.score, "max")
    return drawn.page.finish(f"Score: {pool.setting.title}", _caption(pool, drawn.said), notes=drawn.notes)


def _cell(pool: Pool, searcher: str, scheduler: str, share: str) -> Cell:
    reasons = pool.why_not(searcher, scheduler)
    mean = pool.means.get((searcher, scheduler))
    if mean is None:
        missing = reasons or ("not asked: the experiments of some tasks",)
        return Cell(np.nan, np.nan, share, missing[0].partition(":")[0].partition(",")[0], missing)
    return Cell(float(mean.mean), float(mean.high - mean.low) / 2, share, "ok", reasons)


def _caption(pool: Pool, said: list[str]) -> str:
    several = any(np.isfinite(mean.low) for mean in pool.means.values())
    parts = [
        f"Score of the incumbent at the end ({SCALE}), mean over {pool.over}; the best in bold, which is no "
        "test: the critical-difference diagram has one.",
        "± is half the width of the 95 % t-interval of the mean, over repetitions on these tasks."
        if several
        else "No ±: one repetition.",
    ]
    if len(pool.tasks) > 1:
        parts.append("A combination without a score on every task has no mean.")
    return " ".join([*parts, *said, pool.caption()])
