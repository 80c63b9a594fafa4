"""Pareto front: the mean score of each combination against the overhead of searcher, scheduler and Tune."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.compare.captions import VIRTUAL
from results.compare.comparison import Comparison
from results.compare.run import Run
from results.compare.scores import SCALE
from results.figures.limits import limits_of_values
from results.figures.page import Page
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import below, logarithmic, margins
from results.figures.style import BLUE, RED
from results.numerals import POINTS, significant
from results.statistics.pareto import front
from results.statistics.stratified import Means, stratified_mean
from results.types import Floats

PARTS = {"suggest_s": "the searcher", "decide_s": "the scheduler", "ray_s": "Tune"}
CROWD = 40  # points; with more only those of the front have intervals
OTHERS = "#9A9A9A"
NUMBER = 0.022  # from one number to the next, share of the panel's width


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison in which every combination has a ledger."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    seconds, parts = _overhead(comparison)
    if len(parts) and np.isfinite(seconds).all() and seconds.min(initial=0) >= 0 and len(seconds) > 1:
        yield f"pareto-{comparison.slug}", _page(comparison, seconds, parts)


def _overhead(comparison: Comparison) -> tuple[Floats, list[str]]:
    """Return the mean overhead a trial of each combination, seconds, and which parts of it are known."""
    experiments = comparison.experiments.set_index("key").loc[comparison.outcomes["key"]]
    parts = [name for name in PARTS if experiments[name].notna().all()]
    trials = experiments["trials_run"].fillna(experiments["trials_asked"]).fillna(experiments["trials"])
    total = experiments[parts].sum(axis="columns") / trials.where(trials > 0)
    values = total.to_numpy(dtype=np.float64, na_value=np.nan)
    return stratified_mean(comparison.cube(values)).mean, parts


def _page(comparison: Comparison, seconds: Floats, parts: Sequence[str]) -> Figure:
    means = [comparison.means[pair] for pair in comparison.combinations]
    score, low, high = (np.array([float(mean[part]) for mean in means]) for part in range(3))
    best = front(seconds, score)
    page = Page(1, height=3.6)
    panel = page.axes[0]
    panel.autoscale(False)
    every = np.isin(np.arange(len(score)), best)
    drawn = every | (len(score) <= CROWD)
    x = np.maximum(seconds, 1e-6)
    logarithmic(panel, float(x.min()) / 1.5, float(x.max()) * 1.5)
    panel.set_ylim(*margins(limits_of_values(score, "max"), 0.08))
    panel.vlines(x[drawn], low[drawn], high[drawn], color=OTHERS, linewidth=0.6, zorder=1.8)
    panel.plot(x[~every], score[~every], "o", color=OTHERS, markersize=3, markeredgewidth=0)
    order = best[np.argsort(seconds[best])]
    corners = np.append(x[order], panel.get_xlim()[1])
    panel.plot(
        corners, np.append(score[order], score[order[-1]]), drawstyle="steps-post", color=BLUE, linewidth=1.0
    )
    panel.plot(x[order], score[order], "D", color=RED, markersize=5, markeredgecolor="white")
    _number(panel, x[order], score[order])
    panel.set_xlabel(f"overhead a trial ({_clock(comparison)})")
    panel.set_ylabel(comparison.metric)
    marks = [(str(place + 1), _words(comparison, index, seconds, means)) for place, index in enumerate(order)]
    title = f"Score against overhead: {comparison.title}"
    return page.finish(title, _caption(comparison, parts, len(order), below(panel, score)), _handles(), marks)


def _number(panel: Axes, x: Floats, y: Floats) -> None:
    """Number the points above the panel, side by side, each with a line to its point."""
    low, high = np.log(panel.get_xlim())
    spots = (np.log(x) - low) / (high - low)
    for place in range(1, len(spots)):
        spots[place] = max(spots[place], spots[place - 1] + NUMBER)
    over = np.arange(len(spots))[::-1] * NUMBER
    spots = np.minimum(spots, 1 - over)
    for place, (at, height, spot) in enumerate(zip(x, y, spots, strict=True)):
        panel.annotate(
            str(place + 1),
            (at, height),
            (spot, 1.04),
            textcoords="axes fraction",
            ha="center",
            va="bottom",
            fontsize=7,
            arrowprops={"arrowstyle": "-", "color": OTHERS, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2},
        )


def _clock(comparison: Comparison) -> str:
    return "seconds, measured" if comparison.settings["engine"] in VIRTUAL else comparison.clock


def _words(comparison: Comparison, index: int, seconds: Floats, means: Sequence[Means]) -> str:
    mean, low, high = (float(value) for value in means[index])
    band = f" [{POINTS(low)}, {POINTS(high)}]" if np.isfinite(low) else ""
    took = f"{significant(seconds[index], 2)} s a trial"
    return f"{' x '.join(comparison.combinations[index])}: {took}, {comparison.metric} {POINTS(mean)}{band}"


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=BLUE, marker="D", markerfacecolor=RED, markeredgecolor="white", label="front"),
        Line2D([], [], color=OTHERS, marker="o", markersize=3, linestyle="", label="dominated"),
    ]


def _caption(comparison: Comparison, parts: Sequence[str], number: int, hidden: Sequence[str]) -> str:
    missing = [words for name, words in PARTS.items() if name not in parts]
    sentences = [
        f"Score of the incumbent at the end ({SCALE}) and overhead (seconds a trial in "
        f"{', '.join(PARTS[name] for name in parts)}), means over {comparison.over}.",
        f"Numbered: the {number} of {len(comparison.combinations)} combinations that none beats in both; a "
        "difference of their scores need not be significant.",
        "Lines are 95 % t-intervals of the mean score, over repetitions on these tasks"
        + (", of the front." if len(comparison.combinations) > CROWD else ".")
        if any(np.isfinite(mean.low) for mean in comparison.means.values())
        else "No interval: one repetition.",
        *hidden,
    ]
    if missing:
        sentences.append(f"Not measured: {', '.join(missing)}.")
    if comparison.settings["engine"] in VIRTUAL:
        sentences.append("Overhead is in real seconds, though time passes virtually.")
    return " ".join([*sentences, comparison.caption()])
