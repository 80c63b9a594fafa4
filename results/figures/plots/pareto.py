"""Pareto front: how good each combination is against the overhead of searcher, scheduler and Tune.

How good: its mean score on one task, its speed-up over random search over several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from results.compare.captions import VIRTUAL
from results.compare.comparison import Comparison
from results.compare.doublings import averaged, factor
from results.compare.headline import limits_in_words
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import SPEED_UP
from results.figures.limits import limits_of_values
from results.figures.page import Page
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import below, log_ticks, logarithmic, margins
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
    for one in averaged(comparison):
        yield from _of_values(one)


def _of_values(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
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
    score, lower, upper = (np.array([float(mean[part]) for mean in means]) for part in range(3))
    named = not single(comparison)
    best = front(seconds, score) if named else np.empty(0, dtype=np.intp)
    page = Page(1, height=3.6)
    panel = page.axes[0]
    panel.autoscale(False)
    every = np.isin(np.arange(len(score)), best)
    drawn = every | (len(score) <= CROWD)
    x = np.maximum(seconds, 1e-6)
    logarithmic(panel, float(x.min()) / 1.5, float(x.max()) * 1.5)
    panel.set_ylim(*margins(limits_of_values(score, "max"), 0.08))
    panel.vlines(x[drawn], lower[drawn], upper[drawn], color=OTHERS, linewidth=0.6, zorder=1.8)
    panel.plot(x[~every], score[~every], "o", color=OTHERS, markersize=3, markeredgewidth=0)
    order = best[np.argsort(seconds[best])]
    if named:
        corners = np.append(x[order], panel.get_xlim()[1])
        steps = np.append(score[order], score[order[-1]])
        panel.plot(corners, steps, drawstyle="steps-post", color=BLUE, linewidth=1.0)
        panel.plot(x[order], score[order], "D", color=RED, markersize=5, markeredgecolor="white")
        _number(panel, x[order], score[order])
    panel.set_xlabel(f"overhead a trial ({_clock(comparison)})")
    panel.set_ylabel(comparison.metric)
    marks = [(str(place + 1), _words(comparison, index, seconds, means)) for place, index in enumerate(order)]
    if comparison.doubled:
        low, high = (factor(end) for end in panel.get_ylim())
        panel.yaxis.set_major_locator(FixedLocator(np.log2(log_ticks(low, high)).tolist()))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(factor(value), 2)))
        panel.set_ylabel("speed-up over random search")
    title = f"{'Speed-up' if comparison.doubled else 'Score'} against overhead: {comparison.title}"
    caption = _caption(comparison, parts, len(order), below(panel, score))
    return page.finish(title, caption, _handles() if named else (), marks)


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
    took = f"{significant(seconds[index], 2)} s a trial"
    if comparison.doubled:
        speed = significant(factor(mean), 2) + limits_in_words(factor(low), factor(high))
        return f"{' x '.join(comparison.combinations[index])}: {took}, speed-up {speed}"
    band = f" [{POINTS(low)}, {POINTS(high)}]" if np.isfinite(low) else ""
    return f"{' x '.join(comparison.combinations[index])}: {took}, {comparison.metric} {POINTS(mean)}{band}"


def _handles() -> list[Line2D]:
    return [
        Line2D([], [], color=BLUE, marker="D", markerfacecolor=RED, markeredgecolor="white", label="front"),
        Line2D([], [], color=OTHERS, marker="o", markersize=3, linestyle="", label="dominated"),
    ]


def _caption(comparison: Comparison, parts: Sequence[str], number: int, hidden: Sequence[str]) -> str:
    missing = [words for name, words in PARTS.items() if name not in parts]
    good = "Speed-up over random search" if comparison.doubled else f"Score ({SCALE})"
    sentences = [
        f"{good} of the incumbent at the end, and overhead (seconds a trial in "
        f"{', '.join(PARTS[name] for name in parts)}), means over {comparison.over}."
    ]
    if comparison.doubled:
        sentences.append(f"Speed-up: {SPEED_UP}; its means are geometric.")
    if number:
        sentences.append(
            f"Numbered: the {number} of {len(comparison.combinations)} combinations that none beats in both; "
            "a difference between them need not be significant."
        )
    if any(np.isfinite(mean.low) for mean in comparison.means.values()):
        of = ", of the front" if len(comparison.combinations) > CROWD else ""
        sentences.append(f"Lines are 95 % t-intervals of the mean, over repetitions on these tasks{of}.")
    else:
        sentences.append(f"No interval: one repetition. {single(comparison)}".strip())
    sentences += hidden
    if missing:
        sentences.append(f"Not measured: {', '.join(missing)}.")
    if comparison.settings["engine"] in VIRTUAL:
        sentences.append("Overhead is in real seconds, though time passes virtually.")
    return " ".join([*sentences, comparison.caption()])
