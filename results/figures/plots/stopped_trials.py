"""Stopped trials: how often a scheduler stopped the best configuration, at what regret, and what it saved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.run import Run
from results.compare.stopped_trials import stopped_experiments
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.plots._each import each_comparison
from results.figures.style import BLUE, GREEN, GREY, RED
from results.figures.typesetting import shortened
from results.outputs import NotEnoughData
from results.statistics.bootstrap import Interval, limits
from results.statistics.stopping import wilson
from results.store.parts import OLD, base_searchers, full_schedulers, steady, unknown
from results.types import Floats

ROW = 0.27  # inches


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison whose stopped trials have known full curves.

    Raises:
        NotEnoughData: if the run does not say which scheduler trains everything to the end, or has one
            repetition: of one experiment a share is 0 or 1, and nothing to go by.
    """
    if len(run.experiments) and unknown(run.experiments):
        raise NotEnoughData(OLD)
    if len(run.experiments) and run.experiments["repetition"].nunique() < 2:
        raise NotEnoughData("one repetition shows no share of stopped winners; repeat it with --repetitions")
    yield from each_comparison(run, False, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    stops = stopped_experiments(comparison.run.only(_steady(comparison.experiments)), comparison.mode)
    known = stops.dropna(subset=["lost"])
    if len(known) and known.groupby(["searcher", "scheduler"]).size().max() > 1:
        yield f"killed-{comparison.slug}", _page(comparison, stops, known)


def _steady(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the experiments of searchers that do not learn, or all if each does.

    Such a searcher proposes the same configurations under every scheduler, so that what one stopped another
    one trained to the end.
    """
    still = steady(experiments)
    return experiments if still.empty else still


def _page(comparison: Comparison, stops: pd.DataFrame, known: pd.DataFrame) -> Figure:
    searcher = _best_known(known, base_searchers(comparison.experiments))
    reference = " and ".join(full_schedulers(comparison.experiments))
    mine = known[known["searcher"] == searcher]
    unit, size = _unit(comparison)
    panels = {
        "winner stopped": ("share of experiments", RED, _shares(mine)),
        "regret": (unit, BLUE, _means(mine, "regret", size)),
        "epochs saved": (f"share of {reference}'s epochs", GREEN, _means(mine, "saved", 1.0)),
    }
    order = sorted(mine["scheduler"].unique(), key=lambda name: -panels["epochs saved"][2][name].estimate)
    counts = mine.groupby("scheduler").size()
    page = Page(3, columns=3, height=0.65 + ROW * (len(order) + 0.6), share=False)
    for axis, (title, (label, colour, values)) in zip(page.axes, panels.items(), strict=True):
        _points(axis, [values[name] for name in order], colour)
        axis.set_title(title)
        axis.set_xlabel(label)
        axis.set_yticks(range(len(order)), [f"{name} ({counts[name]})" for name in order])
        if label.startswith("share"):
            axis.set_xlim(-0.03, 1.03)
            axis.xaxis.set_major_formatter(PercentFormatter(1.0))
        if axis is not page.axes[0] and page.columns > 1:
            axis.set_yticklabels([])
    title = f"What the schedulers stopped: {comparison.title}"
    return page.finish(title, _caption(comparison, (searcher, reference), stops, counts.tolist()))


def _best_known(known: pd.DataFrame, plain: list[str]) -> str:
    """Return the searcher most of whose experiments can be judged; of equals ``plain`` ones, or by name."""
    counts = known["searcher"].astype(str).value_counts()
    return str(min(counts.index, key=lambda name: (-counts[name], name not in plain, name)))


def _unit(comparison: Comparison) -> tuple[str, float]:
    """Return the unit of regret and its size in the metric: a point of the score, if the task has scores."""
    constants = comparison.experiments[["baseline", "optimum"]].dropna()
    width = abs(float(constants["baseline"].iloc[0] - constants["optimum"].iloc[0])) if len(constants) else 0
    return ("points of the score", width / 100) if width > 0 else (shortened(comparison.metric), 1.0)


def _shares(mine: pd.DataFrame) -> dict[str, Interval]:
    return {str(name): wilson(int(lost.sum()), len(lost)) for name, lost in mine.groupby("scheduler")["lost"]}


def _means(mine: pd.DataFrame, column: str, size: float) -> dict[str, Interval]:
    intervals = {}
    for name, rows in mine.groupby("scheduler")[column]:
        values = rows.to_numpy(dtype=np.float64)[:, None] / size
        several = len(values) > 1  # one shows no variance
        low, high = limits(_mean, [values], np.random.default_rng(0)) if several else (np.nan, np.nan)
        intervals[str(name)] = Interval(float(values.mean()), float(low), float(high))
    return intervals


def _mean(values: Floats) -> Floats:
    mean: Floats = np.nanmean(values, axis=(1, 2))
    return mean


def _points(axis: Axes, values: list[Interval], colour: str) -> None:
    for row, value in enumerate(values):
        if np.isfinite(value.low):
            axis.hlines(row, value.low, value.high, color=colour, linewidth=1.4, alpha=0.6)
        axis.plot(value.estimate, row, "o", color=colour, markersize=4.5, clip_on=False, zorder=3)
    axis.set_ylim(len(values) - 0.4, -0.6)
    axis.axvline(0, color=GREY, linewidth=0.6)
    axis.tick_params(axis="y", length=0)


def _caption(
    comparison: Comparison, named: tuple[str, str], stops: pd.DataFrame, counts: list[int]
) -> list[str]:
    searcher, reference = named
    chosen = stops[stops["searcher"] == searcher]
    stopped, matched = int(chosen["stopped"].sum()), int(chosen["matched"].sum())
    left_out = int(chosen["lost"].isna().sum())
    parts = [
        f"Searcher {comparison.label(searcher)}; in brackets its experiments. The winner is the "
        f"configuration whose full curve, by {reference}, is the best.",
        "Lines: 95 % intervals, Wilson's for shares, percentile bootstrap over repetitions for means.",
        f"Full curves are known of {matched:,} of {stopped:,} stopped trials"
        + (f"; {left_out} experiments with an unknown one are left out." if left_out else "."),
    ]
    parts += [
        "Regret: the best of the full curves less the scheduler's incumbent.",
        "Searchers that learn propose other configurations under each scheduler and are not judged.",
    ]
    return [*parts, *closing(comparison, repetitions(counts))]
