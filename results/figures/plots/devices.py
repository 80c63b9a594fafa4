"""CPU against GPU: seconds an epoch, wall time, score, and the break-even price of an hour of the GPU."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.devices import device_pairs
from results.compare.run import Run
from results.compare.scores import score, score_name
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.plots._panels import logarithmic, margins
from results.figures.style import BLACK, BLUE, GREY, ORANGE
from results.figures.typesetting import shortened
from results.numerals import significant
from results.outputs import apart
from results.statistics.intervals import Summary, band_in_words, summarise
from results.types import Floats

MOST_ROWS = 20
ROW = 0.19  # inches
LOOKS = {"cpu": (BLUE, "o", "CPU"), "gpu": (ORANGE, "D", "GPU")}
WIDE = 4.0  # largest by smallest value from which an axis of seconds is logarithmic


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison that ran on both devices."""
    yield from apart(
        (comparison.slug, partial(_of_comparison, comparison, pairs))
        for comparison, pairs in device_pairs(run)
    )


def _of_comparison(comparison: Comparison, pairs: pd.DataFrame) -> Iterator[tuple[str, Figure]]:
    slug = comparison.slug.replace(
        f"{comparison.settings['trainable']}-gpu", str(comparison.settings["trainable"])
    )
    yield f"devices-{slug}", _page(comparison, pairs)


def _page(comparison: Comparison, pairs: pd.DataFrame) -> Figure:
    pairs = pairs.assign(searcher=pairs["searcher"].map(comparison.label))
    pairs["combination"] = pairs["searcher"] + " x " + pairs["scheduler"]
    many = pairs["combination"].nunique() > MOST_ROWS
    groups = ["scheduler", "searcher"] if many else ["combination"]
    tables = [_ordered(pairs, group) for group in groups]
    page = Page(
        4 * len(groups),
        columns=4,
        height=sum(ROW * len(names) + 0.6 for names in tables),
        share=False,
        ratios=[len(names) + 2 for names in tables],
    )
    scored = bool(pairs[["baseline", "optimum"]].notna().all(axis=None))
    counts: list[int] = []
    for block, (group, names) in enumerate(zip(groups, tables, strict=True)):
        axes = page.axes[4 * block : 4 * block + 4]
        of = [pairs[pairs[group] == name] for name in names]
        counts += [rows["repetition"].nunique() for rows in of]
        _both(axes[0], [_sides(rows, "epoch_s") for rows in of], seconds=True)
        _both(axes[1], [_sides(rows, "wall_s") for rows in of], seconds=True)
        _both(axes[2], [_scores(rows) if scored else _sides(rows, "best") for rows in of], seconds=False)
        _ratios(axes[3], [_ratio(rows) for rows in of])
        for axis, title in zip(axes, ("an epoch", "an experiment", "incumbent", "break-even"), strict=True):
            axis.set_title(title)
            axis.set_yticks(
                range(len(names)), names if axis is axes[0] or page.columns == 1 else [""] * len(names)
            )
            axis.set_ylim(len(names) - 0.4, -0.6)
            axis.tick_params(axis="y", length=0)
        if many:
            axes[0].set_ylabel(group)
        if block == len(groups) - 1:
            quality = score_name([comparison.metric]) if scored else shortened(comparison.metric, 24)
            labels = ("seconds", comparison.clock, quality, "GPU's price / CPU's")
            for axis, text in zip(axes, labels, strict=True):
                axis.set_xlabel(text)
    title = f"CPU against GPU: {comparison.settings['trainable']}"
    return page.finish(title, _caption(comparison, pairs, counts, many), _handles())


def _ordered(pairs: pd.DataFrame, group: str) -> list[str]:
    """Return the group's names, by how much faster the GPU is."""
    faster = _logs(pairs).groupby(pairs[group]).mean()
    return [str(name) for name in faster.sort_values(ascending=False, kind="stable").index]


def _logs(pairs: pd.DataFrame) -> pd.Series:
    return pd.Series(np.log(pairs["cpu_target_s"] / pairs["gpu_target_s"]), pairs.index)


def _over(values: pd.Series, pairs: pd.DataFrame) -> Summary:
    """Summarise over repetitions; the combinations of one are averaged first."""
    finite = values[np.isfinite(values.astype(float))]
    means = finite.groupby(pairs["repetition"]).mean().to_numpy(dtype=np.float64)
    return summarise(means[:, None])


def _sides(pairs: pd.DataFrame, name: str) -> dict[str, Summary]:
    return {device: _over(pairs[f"{device}_{name}"].astype(float), pairs) for device in LOOKS}


def _scores(pairs: pd.DataFrame) -> dict[str, Summary]:
    summaries = {}
    for device in LOOKS:
        values: Floats = score(
            *(pairs[name].astype(float) for name in (f"{device}_best", "baseline", "optimum"))
        )
        summaries[device] = _over(pd.Series(values, pairs.index), pairs)
    return summaries


def _ratio(pairs: pd.DataFrame) -> Summary:
    """Return the geometric mean of the CPU's time by the GPU's time to the same result."""
    ratio = _over(_logs(pairs), pairs)
    return Summary(ratio.n, *(np.exp(part) for part in ratio[1:]))


def _both(axis: Axes, rows: list[dict[str, Summary]], *, seconds: bool) -> None:
    ends = np.array([[side.low[0], side.mean[0], side.high[0]] for row in rows for side in row.values()])
    low, high = float(np.nanmin(ends)), float(np.nanmax(ends))
    if seconds and low > 0 and high / low > WIDE:
        logarithmic(axis, low / 1.3, high * 1.3)
    else:
        axis.set_xlim(*((0.0, high * 1.06) if seconds else margins((low, high))))
        axis.xaxis.set_major_locator(MaxNLocator(nbins=4))
    for place, row in enumerate(rows):
        axis.plot(
            [row[name].mean[0] for name in LOOKS], [place, place], color="#BBBBBB", linewidth=0.8, zorder=1
        )
        for device, (colour, marker, _) in LOOKS.items():
            _dot(axis, row[device], place + (0.12 if device == "gpu" else -0.12), colour, marker)


def _ratios(axis: Axes, rows: list[Summary]) -> None:
    ends = np.array([[row.low[0], row.high[0]] for row in rows] + [[0.7, 1.4]])
    logarithmic(axis, float(np.nanmin(ends)) / 1.4, float(np.nanmax(ends)) * 1.4)
    axis.axvline(1, color=GREY, linewidth=0.8)
    for place, row in enumerate(rows):
        _dot(axis, row, place, BLACK, "o")


def _dot(axis: Axes, summary: Summary, height: float, colour: str, marker: str) -> None:
    if summary.n > 1:
        axis.hlines(height, summary.low[0], summary.high[0], color=colour, linewidth=0.9, alpha=0.7)
    axis.plot(summary.mean, [height], marker, color=colour, markersize=3.2, zorder=3)


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=colour, marker=marker, linestyle="", markersize=4.5, label=words)
        for colour, marker, words in LOOKS.values()
    ] + [Line2D([], [], color=BLACK, marker="o", linestyle="", markersize=4.5, label="CPU's time / GPU's")]


def _caption(comparison: Comparison, pairs: pd.DataFrame, counts: list[int], many: bool) -> list[str]:
    overall = _ratio(pairs)
    band = band_in_words(counts)
    low, mean, high = (significant(part[0], 3) for part in (overall.low, overall.mean, overall.high))
    interval = f" [{low}, {high}]" if overall.n > 1 else ""
    parts = [
        "The same combination in the same repetition on both devices; break-even: the CPU's time by the "
        "GPU's until both are as good.",
        f"Lines: {band}." if band else "No interval: one repetition.",
        f"Over all {len(pairs):,} pairs: {mean}{interval}.",
        "Break-even: the CPU's time by the GPU's until both are as good as the worse of the pair's two "
        "incumbents at their ends (geometric mean). It is how many times as much as an hour of the CPU "
        "an hour of the GPU may cost for the same result at the same price; above 1 the GPU is faster.",
    ]
    if many:
        parts.append("A row is the mean over the combinations of a scheduler, or of a searcher.")
    *unit, settings = closing(comparison, repetitions(counts))
    return [*parts, *unit, settings.replace(" on gpu,", " on cpu and gpu,")]
