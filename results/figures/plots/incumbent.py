"""The incumbent against epochs spent and against the clock: a panel a scheduler, a line a searcher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.limits import robust_limits
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import logarithmic, margins
from results.numerals import significant
from results.statistics.intervals import Summary, band_in_words, mean_curve
from results.statistics.stratified import Means
from results.types import Axis, Floats


class IncumbentLine(NamedTuple):
    """One combination's incumbent.  ``grid`` and the summary's arrays: shape (points,)."""

    scheduler: str
    searcher: str
    grid: Floats
    summary: Summary


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison, against epochs and against the clock, if any line exists."""
    axes: tuple[Axis, ...] = ("epochs", "clock")

    def of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
        for axis in axes:
            lines = list(_lines(comparison, axis))
            if lines:
                yield f"incumbent-{axis}-{comparison.slug}", _page(comparison, axis, lines)

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


def _page(comparison: Comparison, axis: Axis, lines: list[IncumbentLine]) -> Figure:
    coloured = set(_crowd.favourites(comparison))
    drawn = [
        _crowd.Line(line.scheduler, comparison.label(line.searcher), line.grid, _band(line.summary))
        for line in lines
    ]
    page, entries = _crowd.crowd(comparison, drawn, named=True)
    mine = [line for line, one in zip(lines, drawn, strict=True) if one.searcher in coloured] or lines
    limits = robust_limits([_reach(line, comparison) for line in mine], comparison.mode, keep=0.9)
    page.axes[0].set_ylim(*margins(limits))
    starts = [float(line.grid[line.grid > 0][0]) for line in lines if (line.grid > 0).any()]
    ends = [float(line.grid[-1]) for line in lines]
    first, last = min(starts, default=1.0), max(ends)
    for panel in page.axes:
        logarithmic(panel, first, max(last, 1.5 * first) * 1.15)
    page.label(
        "epochs spent, all trials" if axis == "epochs" else comparison.clock, f"incumbent {comparison.metric}"
    )
    against = "epochs spent" if axis == "epochs" else comparison.unit
    title = f"Incumbent against {against}: {comparison.title}"
    return page.finish(title, _caption(comparison, axis, lines, limits), entries)


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
) -> list[str]:
    counts = [line.summary.n for line in lines]
    band = band_in_words(counts)
    parts = [
        f"Best {comparison.metric} so far, mean over the repetitions that ran.",
        f"Band: {band}." if band else "No band: one repetition.",
        _crowd.shown(comparison),
        "A line starts when every repetition has a result and ends with the shortest one (marker).",
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
    return [*parts, *closing(comparison, repetitions(counts))]
