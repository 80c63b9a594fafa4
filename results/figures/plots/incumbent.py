"""The incumbent against epochs spent and against the clock: a panel a scheduler, a line a searcher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.run import Run
from results.figures.limits import robust_limits
from results.figures.page import Page
from results.figures.plots._crowd import draw, handles, whiskers
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import explain, margins, why_empty
from results.figures.style import GREY, Look, looks
from results.numerals import significant
from results.statistics.intervals import Summary, band_in_words, mean_curve
from results.statistics.stratified import Means
from results.types import Axis, Floats

CROWD = 10  # lines in a panel; the bands of more make fog


class IncumbentLine(NamedTuple):
    """One combination's incumbent.  ``grid`` and the summary's arrays: shape (points,)."""

    scheduler: str
    searcher: str
    grid: Floats
    summary: Summary


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison, against epochs and against the clock, if any line exists."""
    look = looks(run.names("searcher"))
    axes: tuple[Axis, ...] = ("epochs", "clock")

    def of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
        for axis in axes:
            lines = list(_lines(comparison, axis))
            if lines:
                yield f"incumbent-{axis}-{comparison.slug}", _page(comparison, axis, lines, look)

    yield from each_comparison(run, False, of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return a row for each point of each line: axis (epochs or clock), x, mean, low, high, n."""
    return each_frame(run, False, _rows)


def _rows(comparison: Comparison) -> pd.DataFrame:
    axes: tuple[Axis, ...] = ("epochs", "clock")
    frames = []
    for axis in axes:
        for line in _lines(comparison, axis):
            band = _band(line.summary)
            values = {"x": line.grid, "mean": band.mean, "low": band.low, "high": band.high}
            frame = pd.DataFrame(
                {"searcher": comparison.label(line.searcher), "scheduler": line.scheduler} | values
            )
            frames.append(frame.assign(axis=axis, n=line.summary.n))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _lines(comparison: Comparison, axis: Axis) -> Iterator[IncumbentLine]:
    """Yield the lines of the combinations that have an ok experiment with a finite metric."""
    ok = comparison.experiments[comparison.experiments["status"] == "ok"]
    curves = comparison.run.curves(axis)
    for (scheduler, searcher), keys in ok.groupby(["scheduler", "searcher"])["key"]:
        grid, summary = mean_curve([curves.curve(key) for key in keys])
        if len(grid):
            yield IncumbentLine(str(scheduler), str(searcher), grid, summary)


def _page(comparison: Comparison, axis: Axis, lines: list[IncumbentLine], look: dict[str, Look]) -> Figure:
    schedulers = comparison.run.names("scheduler")
    total = len(comparison.run.names("searcher"))
    page = Page(len(schedulers))
    limits = robust_limits([_reach(line, comparison) for line in lines], comparison.mode, keep=0.85)
    for panel, scheduler in zip(page.axes, schedulers, strict=True):
        mine = [line for line in lines if line.scheduler == scheduler]
        panel.set_title(scheduler)
        fade = float(np.clip(0.5 / (len(mine) or 1), 0.05, 0.18))  # many bands over each other stay light
        for line in mine:
            draw(panel, line.grid, _band(line.summary), look[line.searcher], 0.0 if total > CROWD else fade)
        whiskers(panel, [(line.grid, _band(line.summary), look[line.searcher]) for line in mine])
        if not mine:
            others = comparison.experiments[comparison.experiments["scheduler"] == scheduler]
            explain(panel, *why_empty(others.iloc[0]), room=page.width / page.columns - 0.8, empty=True)
        elif len(mine) < total:
            text = f"{len(mine)} of {total} searchers"
            panel.set_title(text, loc="right", fontsize=6.3, fontweight="normal", color=GREY)
    page.axes[0].set_ylim(*margins(limits))
    page.axes[0].set_xlim(left=0)
    page.axes[0].xaxis.set_major_locator(MaxNLocator(nbins=6, integer=axis == "epochs"))
    page.label(
        "epochs spent, all trials" if axis == "epochs" else comparison.clock, f"incumbent {comparison.metric}"
    )
    against = "epochs spent" if axis == "epochs" else comparison.unit
    title = f"Incumbent against {against}: {comparison.title}"
    drawn = {line.searcher for line in lines}
    shown = {comparison.label(name): look[name] for name in comparison.run.names("searcher") if name in drawn}
    return page.finish(title, _caption(comparison, axis, lines, limits), handles(shown, set(shown)))


def _reach(line: IncumbentLine, comparison: Comparison) -> Floats:
    """Return what must not be cut at the good end: the mean, and the band where the line ends.

    Where few repetitions have learned yet, a t-interval may reach beyond what the metric can be.
    """
    better = line.summary.high if comparison.mode == "max" else line.summary.low
    return np.append(line.summary.mean, better[-1:])


def _band(summary: Summary) -> Means:
    """Return mean and band; one repetition has none."""
    if summary.n > 1:
        return Means(summary.mean, summary.low, summary.high)
    none = np.full_like(summary.mean, np.nan)
    return Means(summary.mean, none, none)


def _caption(
    comparison: Comparison, axis: Axis, lines: list[IncumbentLine], limits: tuple[float, float]
) -> str:
    counts = [line.summary.n for line in lines]
    band = band_in_words(counts)
    crowd = len(comparison.run.names("searcher")) > CROWD
    shown = "The whisker at a line's end" if crowd else "The band, with a whisker at its end,"
    parts = [
        f"Best {comparison.metric} so far, mean over the repetitions that ran.",
        "A line starts when every repetition has a result and ends with the shortest one (marker).",
        f"{shown} is {band}." if band else "No band: one repetition.",
    ]
    first = np.array([line.summary.mean[0] for line in lines])
    hidden = (first < limits[0]) if comparison.mode == "max" else (first > limits[1])
    if hidden.any():
        side = f"below the axis (down to {significant(first.min(), 3)})"
        if comparison.mode == "min":
            side = f"above the axis (up to {significant(first.max(), 3)})"
        parts.append(f"{hidden.sum()} of {len(lines)} lines start {side}.")
    missing = comparison.experiments.groupby(["scheduler", "searcher"]).ngroups - len(lines)
    if missing:
        parts.append(f"{missing} combinations have no line; the heat map says why.")
    before = comparison.experiments["epochs_before"].fillna(0) > 0
    if before.any():
        who = ", ".join(sorted(comparison.experiments.loc[before, "scheduler"].unique()))
        how = "are counted" if axis == "epochs" else "are not on this clock"
        parts.append(f"The epochs that an earlier step spent for {who} {how}.")
    return " ".join([*parts, comparison.caption(repetitions(counts))])
