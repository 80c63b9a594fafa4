"""Interaction of searchers and schedulers: means of the combinations as lines, and of both axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.compare.captions import sentences
from results.compare.comparison import Comparison
from results.compare.doublings import averaged
from results.compare.nesting import untested
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.scores import SCALE
from results.compare.speedup import LOG_SCALE, SPEED_UP
from results.figures.caption import closing
from results.figures.limits import limits_of_values, robust_limits
from results.figures.page import Page
from results.figures.page_size import WIDTH, fills, room
from results.figures.plots import _crowd
from results.figures.plots._each import each_comparison
from results.figures.plots._panels import below, margins
from results.figures.style import BLACK, GREY, Look, looks
from results.figures.typesetting import text_width
from results.numerals import PLAIN, POINTS, Numerals, significant
from results.statistics import factorial, mixed
from results.statistics.marginal import advantages, gain
from results.statistics.stratified import Means, stratified_mean
from results.store.parts import base_in_words
from results.types import Floats

ROW = 0.15  # of a name, inches
DOUBLINGS = Numerals(2, plain=True)
FEW = 8  # of these means none is cut off


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison that crosses two or more searchers and schedulers."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    for one in averaged(comparison):
        yield from _of_values(one)


def _of_values(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    table = comparison.complete.table
    axes = [advantages(table, axis) for axis in ("searcher", "scheduler")] if len(table) else []
    if axes and all(advantage.shape[1] > 1 for advantage in axes):
        yield f"interaction-{comparison.slug}", _page(comparison, *axes)


def _page(comparison: Comparison, searchers: pd.DataFrame, schedulers: pd.DataFrame) -> Figure:
    level = float(_block_means(comparison, comparison.complete.table).mean.mean())
    of_searchers, other = (_marginal(comparison, found, level) for found in (searchers, schedulers))
    rows = max(len(of_searchers), len(other))
    if fills():
        page = Page(3, columns=3, share=False)
        lines, left, right = page.axes
    elif room()[0] < WIDTH / 2:
        heights = [2.6, *(max(1.2, ROW * len(names) + 0.5) for names in (of_searchers, other))]
        page = Page(3, columns=1, share=False, height=sum(heights), ratios=heights)
        lines, left, right = page.axes
    else:
        body = max(1.2, ROW * rows + 0.5)
        page = Page(4, columns=2, share=False, height=2.6 + body, ratios=[2.6, body])
        lines, spare, left, right = page.axes
        grid: Any = lines.get_subplotspec()
        lines.set_subplotspec(grid.get_gridspec()[0, :])
        spare.remove()
        page.axes.remove(spare)
    order = [str(name) for name in other.index][::-1]
    _lines(lines, comparison, order, room()[0] / (3 if fills() else 1))
    coloured = looks(_crowd.favourites(comparison))
    for panel, means, what in ((left, of_searchers, "searchers"), (right, other, "schedulers")):
        _dots(panel, means, rows if page.columns == 2 else len(means), coloured)
        panel.set_title(f"{what}' mean")
        panel.set_xlabel(comparison.metric)
    drawn = {searcher for searcher, scheduler in comparison.combinations if scheduler in order}
    caption = _caption(comparison, below(lines, [float(mean.mean) for mean in comparison.means.values()]))
    return page.finish(
        f"Searcher and scheduler: {comparison.title}", caption, _crowd.handles(coloured, drawn)
    )


def _block_means(comparison: Comparison, table: pd.DataFrame) -> Means:
    """Return the means over tasks of a table of complete blocks, by column."""
    return stratified_mean(comparison.complete.by_task(table.to_numpy(), comparison.tasks))


def _marginal(comparison: Comparison, advantage: pd.DataFrame, level: float) -> pd.DataFrame:
    """Return mean, low and high of each name, the worst first: the grand mean plus the mean advantage.

    With one repetition they are in the order of their names.
    """
    means = _block_means(comparison, advantage)
    columns = {"mean": means.mean + level, "low": means.low + level, "high": means.high + level}
    found = pd.DataFrame(columns, index=advantage.columns)
    if single(comparison):  # no order but that of the names
        return found.sort_index(ascending=False)
    return found.sort_values("mean", kind="stable")


def _lines(panel: Axes, comparison: Comparison, schedulers: list[str], width: float) -> None:
    """Draw a line a searcher over the schedulers, the best scheduler first."""
    coloured = looks(_crowd.favourites(comparison))
    names = sorted({searcher for searcher, _ in comparison.combinations})
    shown = sorted(names, key=lambda name: name in coloured)
    places = np.arange(len(schedulers), dtype=np.float64)
    none = Means(*(np.array(np.nan) for _ in range(3)))
    heights: list[Floats] = []
    whiskers: list[tuple[Floats, Floats, Floats, str]] = []
    dodge = dict(zip(coloured, np.linspace(-0.15, 0.15, len(coloured)), strict=True))
    for searcher in shown:
        cells = [comparison.means.get((searcher, scheduler), none) for scheduler in schedulers]
        mean, low, high = (np.array([float(one[part]) for one in cells]) for part in range(3))
        look = coloured.get(searcher)
        if look is None:
            panel.plot(places, mean, color=_crowd.OTHERS, linewidth=0.6, zorder=1.5)
            continue
        heights.append(mean[np.isfinite(mean)])
        x = places + dodge[searcher]
        style = (0, look.dashes) if look.dashes else "-"
        panel.plot(x, mean, color=look.colour, linestyle=style, marker=look.marker, markersize=3.5)
        panel.vlines(x, low, high, color=look.colour, linewidth=0.8)
        whiskers.append((x, low, high, look.colour))
    panel.set_ylim(*margins(robust_limits(heights, "max", least=0.5), 0.12))
    for at, low, high, colour in whiskers:
        _point_beyond(panel, at, low, high, colour)
    panel.set_xlim(-0.4, len(places) - 0.6)
    panel.set_ylabel(comparison.metric)
    panel.set_title("parallel lines: no interaction")
    panel.set_xticks(places, schedulers)
    pitch = (width - 0.8) / len(schedulers)
    if pitch < 0.2:
        panel.tick_params(axis="x", rotation=90, labelsize=min(7.0, pitch * 72 / 1.2))
    elif max(text_width(name, 7) for name in schedulers) + 0.1 > pitch:
        panel.tick_params(axis="x", rotation=35)
        for label in panel.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")


def _point_beyond(panel: Axes, x: Floats, low: Floats, high: Floats, colour: str) -> None:
    """Put an arrow head where a whisker goes on beyond the axis."""
    bottom, top = panel.get_ylim()
    for ends, edge, marker in ((low < bottom, bottom, "v"), (high > top, top, "^")):
        if ends.any():
            at = x[ends]
            panel.plot(
                at, np.full(len(at), edge), marker, color=colour, markersize=3, clip_on=False, label="_end"
            )


def _dots(panel: Axes, means: pd.DataFrame, rows: int, coloured: dict[str, Look]) -> None:
    """Draw a dot with its interval for each name; one far below the others becomes a number at the edge."""
    places = np.arange(rows - len(means), rows)
    values = means["mean"].to_numpy()
    low, high = margins(limits_of_values(values, "max") if len(values) > FEW else _span(values), 0.25)
    panel.set_xlim(low, high)
    panel.set_ylim(-0.6, rows - 0.4)
    names = [str(name) for name in means.index]
    for place, name, mean, left, right in zip(
        places, names, values, means["low"], means["high"], strict=True
    ):
        if mean < low:
            panel.text(low, float(place), f" ◂ {PLAIN(mean)}", va="center", fontsize=6.3, color=GREY)
            continue
        look = coloured.get(name)
        panel.hlines(place, max(left, low), min(right, high), color=GREY, linewidth=0.9)
        for beyond, edge, marker in ((left < low, low, "<"), (right > high, high, ">")):
            if beyond:
                panel.plot(edge, place, marker, color=GREY, markersize=3, clip_on=False, label="_end")
        panel.plot(
            mean, place, look.marker if look else "o", color=look.colour if look else BLACK, markersize=4
        )
    size = min(7.0, 0.3 * room()[1] / rows * 72 / 1.2) if fills() else 7.0
    panel.set_yticks(places, names, fontsize=size)


def _span(values: Floats) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _caption(comparison: Comparison, hidden: Sequence[str]) -> list[str]:
    several = np.isfinite(_block_means(comparison, comparison.complete.table).low).any()
    measure = f"{comparison.metric} ({LOG_SCALE})" if comparison.doubled else f"score ({SCALE})"
    first, then = ("Left", "right") if fills() else ("Above", "below")
    return [
        f"{first}: mean {measure} of each combination, over {comparison.over}; {then}: of each half.",
        "Whiskers: 95 % t-intervals over repetitions on these tasks." if several else "No intervals.",
        *([alone] if (alone := single(comparison)) else tested(comparison)),
        _crowd.shown(comparison),
        *hidden,
        "The mean of a searcher or scheduler is the grand mean plus its mean lead over the others with the "
        "same partner.",
        *([f"Speed-up: {SPEED_UP}."] if comparison.doubled else []),
        *sentences(comparison.complete.notes),
        *closing(comparison),
    ]


def tested(comparison: Comparison) -> Iterator[str]:
    """Yield what the tests of the two axes and their interaction say, and which brings how much."""
    table = comparison.complete.table
    values = table.to_numpy().ravel()
    rows = [(*block, *pair) for block in table.index for pair in comparison.complete.combinations]
    frame = pd.DataFrame(rows, columns=["trainable", "repetition", "searcher", "scheduler"]).assign(
        score=values
    )
    try:
        several = len(comparison.tasks) > 1
        effects = mixed.fit(frame).effects if several else factorial.effects(frame)
        model = "a mixed model, task and repetition random" if several else "two-way, repetitions as blocks"
        yield f"F tests ({model}): {'; '.join(_effect(name, effects) for name in factorial.EFFECTS)}."
        share = factorial.shares(frame)
        words = ", ".join(f"{name} {_share(share[name])}" for name in (*factorial.EFFECTS, "noise"))
        yield f"Share of the variance of the combinations' means: {words}."
    except ValueError as error:
        yield f"No F test: {error}."
    try:
        best_gain = gain(frame, comparison.base)
    except ValueError:
        yield f"No gain: {base_in_words(comparison.base)} is not there to be compared with."
        return
    if untested([best_gain.best, best_gain.base], comparison.nested).any():
        best, base = (" x ".join(pair) for pair in (best_gain.best, best_gain.base))
        yield f"No gain: the best, {best}, begins with all that {base} tries, so that the two are not tested."
        return
    written, unit = (DOUBLINGS, " doublings of the speed-up") if comparison.doubled else (POINTS, "")
    whole = dict(zip(best_gain.parts.columns, map(float, best_gain.parts.loc["total"]), strict=True))
    gains = {name: float(best_gain.parts["gain"][name]) for name in factorial.EFFECTS}
    halves = ", ".join(
        f"{name} {written(points, sign=True)}" for name, points in gains.items() if np.isfinite(points)
    )
    over = "tasks" if len(comparison.tasks) > 1 else "repetitions"
    limits = f"[{written(whole['low'])}, {written(whole['high'])}]"
    yield (
        f"The best, {' x '.join(best_gain.best)}, gains {written(whole['gain'])}{unit} over "
        f"{' x '.join(best_gain.base)} "
        f"(95 % t-interval over {over} {limits}): {halves or 'no parts known'}."
    )


def _share(share: float) -> str:
    """Return a share of the variance, of which what noise alone would give is taken off already."""
    return f"{100 * share:.0f} %" if share >= 0.005 else "none detectable"


def _effect(name: str, effects: pd.DataFrame) -> str:
    df, df_error, f, p = (float(effects[column][name]) for column in ("df", "df_error", "f", "p"))
    if not np.isfinite(f):
        return f"{name}: none to test"
    p_value = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
    return f"{name} F({df:.0f}, {df_error:.0f}) = {significant(f, 3)}, {p_value}"
