"""Response to options: the headline at each value of an option, paired over everything else; a panel each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from results.compare.comparison import Comparison
from results.compare.option_effects import MEASURES, PAIRED, OptionEffect, frame, option_effects, written
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.speedup import SPEED_UP
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.page_size import fills
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import log_ticks, margins
from results.figures.style import BLUE, GREY
from results.numerals import tick
from results.statistics.main_effect import MainEffect

MOST, MOST_ON_SLIDE = 12, 6  # panels
#: Of the largest to the smallest value of an option, from which on its axis is logarithmic.
WIDE = 8


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison in which several values of an option were run."""
    yield from each_comparison(run, None, _of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return a row for each value of each option (``results.compare.option_effects.frame``)."""
    return each_frame(run, None, frame)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    effects = option_effects(comparison)
    if effects:
        yield f"options-{comparison.slug}", _page(comparison, effects)


def _page(comparison: Comparison, effects: Sequence[OptionEffect]) -> Figure:
    shown = effects[: MOST_ON_SLIDE if fills() else MOST]
    measure = next(iter(shown[0].measures))
    page = Page(len(shown), share=False)
    several = len(comparison.tasks) > 1
    for axis, effect in zip(page.axes, shown, strict=True):
        _panel(axis, effect, several)
        axis.set_title(effect.name)
        axis.set_xlabel(effect.option)
    _limit(page.axes, shown, measure)
    label = MEASURES.get(measure, comparison.metric)
    for index, axis in enumerate(page.axes):
        axis.set_ylabel(label if index % page.columns == 0 else "")
    handles = [Line2D([], [], color=BLUE, marker="o", markersize=4, label="mean over everything else")]
    if any(effect.default is not None for effect in shown):
        handles.append(
            Line2D([], [], color=BLUE, marker="o", markerfacecolor="white", linestyle="", label="the default")
        )
    if several:
        handles.append(Line2D([], [], color=GREY, linewidth=0.8, label="each task"))
    return page.finish(
        f"Options: {comparison.title}", _caption(comparison, measure, shown, len(effects)), handles
    )


def _panel(axis: Axes, effect: OptionEffect, several: bool) -> None:
    """Draw the response to one option."""
    name, measured = next(iter(effect.measures.items()))
    scale = np.exp if name == "speed_up" else np.asarray
    x = _places(axis, effect)
    mean, low, high = (scale(part) for part in measured.means)
    if several:
        for values in effect.tasks.values():
            axis.plot(x, scale(values), color=GREY, linewidth=0.8, alpha=0.7)
    axis.plot(x, mean, color=BLUE)
    axis.vlines(x, low, high, color=BLUE, linewidth=1.2)
    axis.plot(x, mean, "o", color=BLUE, markersize=4)
    if effect.default is not None:
        place = effect.default
        axis.plot(x[place], mean[place], "o", color=BLUE, markerfacecolor="white", markersize=5)
    axis.grid(visible=True, axis="y")


def _places(axis: Axes, effect: OptionEffect) -> np.ndarray:
    """Return where the values lie, and label them: by their size, or in a row if not all are numbers."""
    values = effect.values
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    places = np.array(values, dtype=np.float64) if numbers else np.arange(len(values), dtype=np.float64)
    if numbers and places[0] > 0 and places[-1] / places[0] >= WIDE:
        axis.set_xscale("log")
        pad = (places[-1] / places[0]) ** 0.08
        axis.set_xlim(places[0] / pad, places[-1] * pad)
    else:
        axis.set_xlim(*margins((places[0], places[-1]), 0.12))
    axis.xaxis.set_major_locator(FixedLocator(places.tolist()))
    axis.xaxis.set_minor_locator(NullLocator())
    labels = dict(zip(places.tolist(), map(written, values), strict=True))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda place, _: labels.get(place, "")))
    return places


def _limit(panels: Sequence[Axes], effects: Sequence[OptionEffect], measure: str) -> None:
    """Give all panels the same axis of values, so that effects can be compared between options."""
    parts = [
        values for effect in effects for values in (*_ends(effect.measures[measure]), *effect.tasks.values())
    ]
    every = np.concatenate(parts)
    low, high = margins((float(np.nanmin(every)), float(np.nanmax(every))), 0.06)
    for axis in panels:
        if measure == "speed_up":
            axis.set_yscale("log")
            axis.yaxis.set_major_locator(FixedLocator(log_ticks(np.exp(low), np.exp(high))))
            axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value)))
            axis.yaxis.set_minor_locator(NullLocator())
            axis.set_ylim(np.exp(low), np.exp(high))
        else:
            axis.set_ylim(low, high)


def _ends(measured: MainEffect) -> tuple[np.ndarray, ...]:
    return measured.means.mean, measured.means.low, measured.means.high


def _caption(comparison: Comparison, measure: str, shown: Sequence[OptionEffect], of: int) -> list[str]:
    parts = [
        f"{PAIRED}.",
        "Bars: 95 % t-interval of the value's effect; values whose bars lie apart differ.",
    ]
    if measure == "speed_up":
        parts.append(f"Speed-up: {SPEED_UP}; above 1 is faster.")
    pairs = [effect.measures[measure].blocks for effect in shown]
    parts.append(
        "The effect is the difference to the mean of all values of the option in such a block.  Blocks a "
        "panel: "
        f"{', '.join(f'{effect.name} {n}' for effect, n in zip(shown, pairs, strict=True))}."
    )
    parts += [
        f"{effect.name} = {', '.join(map(written, effect.left_out))} was run with nothing that the others "
        "were run with, and is left out."
        for effect in shown
        if effect.left_out
    ]
    if len(shown) < of:
        parts.append(f"{len(shown)} of {of} options are shown, the first by name.")
    if alone := single(comparison):
        parts.append(alone)
    return [part.replace("  ", " ") for part in [*parts, *closing(comparison)]]
