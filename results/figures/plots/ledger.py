"""The ledger: mean seconds of the driver and of the workers, by what took them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.ledger import DRIVER, WORKERS, common
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.plots._each import each_comparison
from results.figures.style import BLACK, BLUE, GREEN, ORANGE, PALE, PINK
from results.statistics.intervals import band_in_words, summarise
from results.statistics.layout import AXES

#: Column -> colour and hatch.
LOOKS = {
    "suggest_s": (BLUE, ""),
    "decide_s": (ORANGE, "////"),
    "ray_s": (PINK, "...."),
    "wait_s": (PALE, ""),
    "train_s": (GREEN, ""),
    "idle_s": ("white", "\\\\\\\\"),
}

MOST_BARS = 20


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison in which any experiment has a ledger."""
    yield from each_comparison(run, False, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    known = comparison.experiments.dropna(subset=list(LOOKS))
    if len(known):
        yield f"ledger-{comparison.slug}", _page(comparison, known)


def _page(comparison: Comparison, known: pd.DataFrame) -> Figure:
    labels = known["searcher"].map(comparison.label)
    pairs = known.assign(searcher=labels, combination=labels + " x " + known["scheduler"])
    many = pairs["combination"].nunique() > MOST_BARS
    groups = list(AXES) if many else ["combination"]
    tables = [_common(pairs, group) if many else _means(pairs, group) for group in groups]
    bars = [len(table) for table in tables]
    page = Page(
        2 * len(groups),
        columns=2,
        height=sum(0.22 * n + 0.65 for n in bars),
        share=False,
        ratios=[n + 2 for n in bars],
    )
    for index, (group, table) in enumerate(zip(groups, tables, strict=True)):
        left, right = page.axes[2 * index : 2 * index + 2]
        _bars(left, table, DRIVER)
        if not many:
            _whiskers(left, pairs, table)
        _bars(right, table, WORKERS)
        if page.columns > 1:
            right.set_yticklabels([])
        heading = f", by {group}" if many else ""
        left.set_title(f"driver{heading}")
        right.set_title(f"workers{heading}")
    for axis in page.axes[-2:]:
        axis.set_xlabel(f"seconds an experiment ({comparison.unit})")
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="#555555", linewidth=0.4, label=_name(column))
        for column, (colour, hatch) in LOOKS.items()
    ]
    return page.finish(f"Where the time went: {comparison.title}", _caption(comparison, known, many), handles)


def _name(column: str) -> str:
    return f"driver: {DRIVER[column].short}" if column in DRIVER else f"workers: {WORKERS[column].short}"


def _means(pairs: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the mean seconds of each part an experiment, the longest first."""
    means = pairs.groupby(group)[list(LOOKS)].mean()
    order = means[list(DRIVER)].sum(axis=1).sort_values(ascending=False).index
    return means.loc[order]


def _common(pairs: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the mean seconds of each searcher over the schedulers that all have, or the other way round.

    A searcher that exists with the slow schedulers only would else look slow itself.
    """
    table = pairs.pivot_table(index=list(AXES), values=list(LOOKS), aggfunc="mean")
    other = AXES[1 - AXES.index(group)]
    names, partners = common(list(table.index), AXES.index(group))
    inside = table.index.get_level_values(group).isin(names) & table.index.get_level_values(other).isin(
        partners
    )
    means = table[inside].groupby(level=group).mean()
    return means.loc[means[list(DRIVER)].sum(axis=1).sort_values(ascending=False).index]


def _bars(axis: Axes, table: pd.DataFrame, parts: Iterable[str]) -> None:
    rows = np.arange(len(table))
    left = np.zeros(len(table))
    for column in parts:
        colour, hatch = LOOKS[column]
        width = table[column].to_numpy(dtype=np.float64)
        axis.barh(
            rows, width, left=left, height=0.72, color=colour, hatch=hatch, edgecolor="#555555", linewidth=0.3
        )
        left += width
    axis.set_yticks(rows, [str(name) for name in table.index])
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.set_xlim(0, float(left.max()) * 1.03 or 1.0)
    axis.tick_params(axis="y", length=0)
    axis.grid(False, axis="y")


def _whiskers(axis: Axes, pairs: pd.DataFrame, table: pd.DataFrame) -> None:
    """Draw the band of each combination's total; bars that mix combinations have none."""
    for row, combination in enumerate(table.index):
        total = pairs.loc[pairs["combination"] == combination, list(DRIVER)].sum(axis=1)
        band = summarise(total.to_numpy(dtype=np.float64)[:, None])
        if band.n > 1:
            axis.errorbar(
                band.mean,
                [row],
                xerr=[band.mean - band.low, band.high - band.mean],
                color=BLACK,
                linewidth=0.8,
                capsize=2,
                capthick=0.8,
            )
            axis.set_xlim(right=max(axis.get_xlim()[1], float(band.high[0]) * 1.03))


def _over(known: pd.DataFrame, group: str) -> str:
    """Return how many partners the bars of a group have in common, in words."""
    pairs = list(known.groupby(list(AXES)).size().index)
    names, partners = common(pairs, AXES.index(group))
    lost = known[group].nunique() - len(names)
    left = f" ({lost} of {known[group].nunique()} {group}s lack one)" if lost else ""
    other = AXES[1 - AXES.index(group)]
    return f"{len(partners)} common {other}{'s' * (len(partners) != 1)}{left}"


def _caption(comparison: Comparison, known: pd.DataFrame, many: bool) -> list[str]:
    counts = known.groupby(["searcher", "scheduler"]).size().tolist()
    bars = (
        f"a bar is the mean over a searcher's {_over(known, 'searcher')}, or over a scheduler's "
        f"{_over(known, 'scheduler')}"
        if many
        else "a bar is the mean over the experiments of a combination that have a ledger"
    )
    band = band_in_words(counts)
    parts = [
        f"Mean seconds an experiment, the longest first; {bars}.",
        "No band: a bar mixes combinations."
        if many
        else f"The whisker is {band} for the total."
        if band
        else "No band: one repetition.",
        "The driver's four parts add up to the experiment's time, the workers' two to workers times that.",
    ]
    ended = int((known["status"] != "ok").sum())
    if ended:
        parts.append(f"{ended} of {len(known)} experiments did not end well; their seconds count too.")
    return [*parts, *closing(comparison, repetitions(counts))]
