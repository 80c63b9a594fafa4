"""The mean rank of each combination among all, over the share of the budget that is spent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from results.compare.pools import Pool
from results.compare.run import Run
from results.figures.plots import _crowd
from results.figures.plots._each import each_pool
from results.figures.plots._panels import logarithmic, margins
from results.statistics.stratified import stratified_mean

POINTS = 60


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each pool that has two combinations or more in the same repetitions."""
    yield from each_pool(run, _of_pool)


def _of_pool(pool: Pool) -> Iterator[tuple[str, Figure]]:
    if pool.complete.shape[1] > 1:
        yield f"ranks-over-time-{pool.setting.slug}", _page(pool)


def _page(pool: Pool) -> Figure:
    budget = float(pool.setting.values["trials"] * pool.setting.values["epochs"])
    curves = pool.curves("epochs")
    table = pool.complete
    wanted = _rows(pool, table)
    ends = curves.ends[wanted].max(axis=0) / budget
    x = np.geomspace(1 / budget, float(ends.max()), POINTS)
    scores = np.nan_to_num(curves.at(x * budget), nan=-np.inf)[wanted]
    mean = stratified_mean(pool.by_task(table, stats.rankdata(-scores, axis=1)))
    lines = _crowd.lines_of(pool.pairs(table), 100 * x, mean, 100 * ends)
    page, handles = _crowd.crowd(pool, lines)
    low, high = margins((float(np.nanmin(mean.mean)), float(np.nanmax(mean.mean))))
    page.axes[0].set_ylim(high, low)  # the best on top
    for panel in page.axes:
        logarithmic(panel, 100 * x[0], 115 * x[-1])
    page.label("% of the budget's epochs spent", "mean rank")
    return page.finish(f"Ranks over the budget: {pool.setting.title}", _caption(pool, table), handles)


def _rows(pool: Pool, table: pd.DataFrame) -> NDArray[np.intp]:
    """Return which row of the pool's scores belongs to each entry of ``table``."""
    place: list[str] = ["trainable", "repetition", "searcher", "scheduler"]
    rows = pool.scores[place].assign(row=np.arange(len(pool.scores)))
    found = rows.pivot(index=place[:2], columns=place[2:], values="row")
    return found.loc[table.index, table.columns].to_numpy(dtype=np.intp)


def _caption(pool: Pool, table: pd.DataFrame) -> str:
    blocks, methods = table.shape
    several = blocks > len(pool.tasks)
    parts = [
        f"Mean rank of the incumbent's score among {methods} combinations, 1 is best; ties share their mean "
        f"rank, and what has no result yet is last. Ranks are taken within each of {blocks} repetitions of a "
        f"task, then averaged over {pool.over}.",
        "The budget is trials x epochs; an experiment that has ended keeps its score, and its line ends.",
        "The band is the 95 % t-interval of the mean, at each point by itself." if several else "No band.",
        *(f"{note[0].upper()}{note[1:]}." for note in pool.incomplete),
        "Curves, not a test: the critical-difference diagram has the tests at the end.",
    ]
    return f"{' '.join(parts)}{_crowd.shown(pool)} {pool.caption()}"
