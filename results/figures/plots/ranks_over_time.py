"""The mean rank of each combination among all, over the share of the budget that is spent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy import stats

from results.compare.captions import sentences
from results.compare.comparison import Comparison
from results.compare.ranking import single
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import logarithmic, margins
from results.statistics.stratified import stratified_mean

POINTS = 60


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison that has two combinations or more in the same repetitions.

    With one repetition of a task nothing is ranked.
    """
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    if comparison.complete.table.shape[1] > 1 and not single(comparison):
        yield f"ranks-over-time-{comparison.slug}", _page(comparison)


def _page(comparison: Comparison) -> Figure:
    budget = float(comparison.settings["trials"] * comparison.settings["epochs"])
    curves = comparison.curves("epochs")
    table = comparison.complete.table
    wanted = _rows(comparison, table)
    ends = curves.ends[wanted].max(axis=0) / budget
    x = np.geomspace(1 / budget, float(ends.max()), POINTS)
    scores = np.nan_to_num(curves.at(x * budget), nan=-np.inf)[wanted]
    mean = stratified_mean(comparison.complete.by_task(stats.rankdata(-scores, axis=1), comparison.tasks))
    lines = _crowd.lines_of(comparison.complete.combinations, 100 * x, mean, 100 * ends)
    page, handles = _crowd.crowd(comparison, lines, named=True)
    low, high = margins((float(np.nanmin(mean.mean)), float(np.nanmax(mean.mean))))
    page.axes[0].set_ylim(high, low)  # the best on top
    for panel in page.axes:
        logarithmic(panel, 100 * x[0], 115 * x[-1])
    page.label("% of the budget's epochs spent", "mean rank")
    return page.finish(f"Ranks over the budget: {comparison.title}", _caption(comparison, table), handles)


def _rows(comparison: Comparison, table: pd.DataFrame) -> NDArray[np.intp]:
    """Return which row of ``comparison.outcomes`` belongs to each entry of ``table``."""
    place: list[str] = ["trainable", "repetition", "searcher", "scheduler"]
    rows = comparison.outcomes[place].assign(row=np.arange(len(comparison.outcomes)))
    indices = rows.pivot(index=place[:2], columns=place[2:], values="row")
    return indices.loc[table.index, table.columns].to_numpy(dtype=np.intp)


def _caption(comparison: Comparison, table: pd.DataFrame) -> list[str]:
    blocks, methods = table.shape
    parts = [
        f"Mean rank of the incumbent's score among {methods} combinations within each of {blocks} "
        "repetitions of a task; 1 is best, and ties share a rank.",
        "Band: 95 % t-interval of the mean, point by point.",
        _crowd.shown(comparison),
        *sentences(comparison.complete.notes),
        "What has no result yet is last.",
        "The budget is trials x epochs; an experiment that has ended keeps its score, and its line ends.",
        "Curves, not a test: the critical-difference diagram has the tests at the end.",
    ]
    return [*parts, *closing(comparison)]
