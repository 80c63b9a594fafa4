"""Pareto front: how good each combination is at the end against the price of a good result.

How good: its mean score on one task, its speed-up over random search over several.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from results.compare.comparison import Comparison
from results.compare.doublings import averaged, factor
from results.compare.headline import limits_in_words
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import SPEED_UP
from results.compare.target_price import TargetPrices, target_prices
from results.figures.caption import closing
from results.figures.limits import limits_of_values
from results.figures.page import Page
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import below, log_ticks, logarithmic, margins
from results.figures.style import BLUE, RED
from results.numerals import POINTS, significant
from results.statistics.pareto import front
from results.statistics.stratified import Means
from results.types import Floats

CROWD = 40  # points; with more only those of the front have intervals
OTHERS = "#9A9A9A"
NEAR = 0.13  # inches within which points share their number


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison of two combinations or more."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for one in averaged(comparison):
        if len(one.combinations) > 1:
            prices = target_prices(one)
            known = prices.mean[np.isfinite(prices.mean)]
            if known.size and known.min() > 0:
                yield f"pareto-{one.slug}", _page(one, prices)


def _page(comparison: Comparison, prices: TargetPrices) -> Figure:
    means = [comparison.means[pair] for pair in comparison.combinations]
    score, lower, upper = (np.array([float(mean[part]) for mean in means]) for part in range(3))
    reached = np.isfinite(prices.mean)
    named = not single(comparison)
    best = np.flatnonzero(reached)[front(prices.mean[reached], score[reached])] if named else np.empty(0, int)
    page = Page(1, height=3.6)
    panel = page.axes[0]
    panel.autoscale(False)
    low, high = float(prices.mean[reached].min()) / 1.3, float(prices.mean[reached].max()) * 1.3
    end = high * (high / low) ** 0.05  # where those stand that never reach the target
    logarithmic(panel, low, high if reached.all() else end * (high / low) ** 0.02)
    x = np.where(reached, prices.mean, end)
    panel.set_ylim(*margins(limits_of_values(score, "max"), 0.08))
    on_front = np.isin(np.arange(len(score)), best)
    banded = on_front | (len(score) <= CROWD)
    panel.vlines(x[banded], lower[banded], upper[banded], color=OTHERS, linewidth=0.6, zorder=1.8)
    across = banded & reached & np.isfinite(prices.low)
    panel.hlines(
        score[across],
        np.maximum(prices.low[across], low),
        np.minimum(prices.high[across], end),
        color=OTHERS,
        linewidth=0.6,
        zorder=1.8,
    )
    rest = ~on_front & reached
    panel.plot(x[rest], score[rest], "o", color=OTHERS, markersize=3.5, markeredgewidth=0)
    panel.plot(x[~reached], score[~reached], ">", color=OTHERS, markersize=4, markeredgewidth=0)
    order = best[np.argsort(x[best], kind="stable")]
    if named:
        corners = np.append(x[order], panel.get_xlim()[1])
        panel.plot(corners, np.append(score[order], score[order[-1:]]), drawstyle="steps-post", color=BLUE)
        panel.plot(x[order], score[order], "D", color=RED, markersize=5, markeredgecolor="white")
        page.when_laid_out(lambda: _number(panel, x[order], score[order]))
    panel.set_xlabel(f"epochs until {_target(comparison)} is matched")
    panel.set_ylabel(comparison.metric)
    if comparison.doubled:
        bottom, top = (factor(one) for one in panel.get_ylim())
        panel.yaxis.set_major_locator(FixedLocator(np.log2(log_ticks(bottom, top)).tolist()))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(factor(value), 2)))
        panel.set_ylabel("speed-up over random search")
    marks = [(str(place + 1), _words(comparison, index, prices, means)) for place, index in enumerate(order)]
    title = f"{'Speed-up' if comparison.doubled else 'Score'} against price: {comparison.title}"
    caption = _caption(comparison, len(order), int((~reached).sum()), below(panel, score))
    return page.finish(title, caption, _handles(not reached.all()) if named else (), marks)


def _number(panel: Axes, x: Floats, y: Floats) -> None:
    """Number the points; those that lie closely together share a number's place."""
    if not len(x):
        return
    figure = panel.figure
    spots = panel.transData.transform(np.column_stack([x, y])) / figure.dpi
    groups = [[0]]
    for place in range(1, len(spots)):
        near = np.hypot(*(spots[place] - spots[groups[-1][-1]])) < NEAR
        groups = [*groups[:-1], [*groups[-1], place]] if near else [*groups, [place]]
    for group in groups:
        text = str(group[0] + 1) if len(group) == 1 else f"{group[0] + 1}\N{EN DASH}{group[-1] + 1}"
        panel.annotate(
            text,
            (x[group[0]], y[group[-1]]),
            (-3, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=7,
            fontweight="bold",
            color=RED,
        )


def _words(comparison: Comparison, index: int, prices: TargetPrices, means: Sequence[Means]) -> str:
    mean, low, high = (float(value) for value in means[index])
    name = " x ".join(comparison.combinations[index])
    price = significant(prices.mean[index], 2) + limits_in_words(prices.low[index], prices.high[index])
    if comparison.doubled:
        speed = significant(factor(mean), 2) + limits_in_words(factor(low), factor(high))
        return f"{name}: {price} epochs, speed-up {speed}"
    band = f" [{POINTS(low)}, {POINTS(high)}]" if np.isfinite(low) else ""
    return f"{name}: {price} epochs, {comparison.metric} {POINTS(mean)}{band}"


def _target(comparison: Comparison) -> str:
    """Return the target of ``target_prices`` in words."""
    return "random search" if comparison.base else "the median run"


def _handles(unreached: bool) -> list[Line2D]:
    handles = [
        Line2D([], [], color=BLUE, marker="D", markerfacecolor=RED, markeredgecolor="white", label="front"),
        Line2D([], [], color=OTHERS, marker="o", markersize=3.5, linestyle="", label="dominated"),
    ]
    if unreached:
        handles.append(
            Line2D([], [], color=OTHERS, marker=">", markersize=4, linestyle="", label="never reached it")
        )
    return handles


def _caption(comparison: Comparison, number: int, unreached: int, hidden: Sequence[str]) -> list[str]:
    good = "Speed-up over random search" if comparison.doubled else f"Score ({SCALE})"
    matched = _target(comparison)
    over = f"means over {comparison.over}"
    sentences = [f"{good} at the end, and the expected epochs until {matched} is matched, {over}."]
    if any(np.isfinite(mean.low) for mean in comparison.means.values()):
        of = " of the front" if len(comparison.combinations) > CROWD else ""
        sentences.append(f"Lines{of}: 95 %, t-interval upwards, bootstrap of repetitions across.")
    else:
        sentences.append("No interval: one repetition.")
    if number:
        sentences.append(
            f"Numbered: the {number} of {len(comparison.combinations)} combinations that none beats in both."
        )
        sentences.append("A difference between them need not be significant.")
    if unreached:
        sentences.append(f"{unreached} never reached the target of a task (right edge).")
    if comparison.doubled:
        sentences.append(f"Speed-up: {SPEED_UP}; its means are geometric, as those of prices are.")
    return [*sentences, *hidden, single(comparison), *closing(comparison)]
