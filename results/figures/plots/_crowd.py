"""Panels of lines, one a scheduler and one line a searcher; of many lines the favourites have a colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from results.compare.comparison import Comparison
from results.compare.doublings import over_tasks
from results.compare.ranking import single
from results.figures.page import Page
from results.figures.plots import _end_labels as end_labels
from results.figures.plots._panels import NOTE, explain
from results.figures.style import GREY, Look, looks
from results.figures.typesetting import text_width
from results.statistics.stratified import Means
from results.store.parts import Combination, base_searchers
from results.types import Floats

CROWD = 8  # lines in a panel; of more only the favourites have a colour
FAVOURITES = 5
OTHERS = "#B5B5B5"


class Line(NamedTuple):
    """One combination's line: ``x`` and the arrays of ``y`` have shape (points,); no band where it is NaN."""

    scheduler: str
    searcher: str
    x: Floats
    y: Means


def favourites(comparison: Comparison) -> list[str]:
    """Return the searchers that have a colour in all figures of the comparison.

    All, unless they are many; then plain random search, and those with the best mean score on one task, or
    the highest speed-up over several, each compared with the others under the same scheduler.  With one
    repetition none is better than others, and the first by name have one.
    """
    names = sorted({searcher for searcher, _ in comparison.combinations})
    if len(names) <= CROWD:
        return names
    chosen = names[:FAVOURITES]
    if not single(comparison):
        by = over_tasks(comparison)
        pairs = pd.MultiIndex.from_tuples(by.combinations, names=["searcher", "scheduler"])
        heights = [by.sign * float(by.means[pair].mean) for pair in by.combinations]
        mean = pd.Series(heights, index=pairs).unstack()
        lead = (mean - mean.mean()).mean(axis="columns").sort_values(ascending=False, kind="stable")
        chosen = [str(name) for name in lead.index[:FAVOURITES]]
    return sorted(
        {*chosen, *(name for name in base_searchers(comparison.experiments, "label") if name in names)}
    )


def lines_of(
    combinations: Sequence[Combination], x: Floats, y: Means, ends: Floats | None = None
) -> list[Line]:
    """Return the line of each combination.

    Args:
        x: shape (points,).
        y: arrays of shape (combinations, points).
        ends: where each line ends, shape (combinations,); by default at the last point.
    """
    lines = []
    for place, (searcher, scheduler) in enumerate(combinations):
        until = len(x) if ends is None else max(1, int(np.searchsorted(x, ends[place], side="right")))
        means = Means(*(array[place, :until] for array in y))
        lines.append(Line(scheduler, searcher, x[:until], means))
    return lines


def crowd(comparison: Comparison, lines: Sequence[Line], *, named: bool = False) -> tuple[Page, list[Line2D]]:
    """Return a page with the lines in its panels, and what its legend explains.

    Args:
        named: whether each line in colour has its name at its end, where panels are wide enough; the
            horizontal axis is then logarithmic, and its limits are set before the page is finished.
    """
    coloured = looks(favourites(comparison))
    schedulers = comparison.schedulers
    page = Page(len(schedulers))
    total = len(comparison.searchers)
    for panel, scheduler in zip(page.axes, schedulers, strict=True):
        panel.set_title(scheduler)
        panel.autoscale(False)  # the caller sets the limits
        mine = [line for line in lines if line.scheduler == scheduler]
        bands = sum(line.searcher in coloured for line in mine)
        for line in mine:
            if look := coloured.get(line.searcher):
                band = float(np.clip(0.5 / bands, 0.05, 0.18))
                draw(panel, line.x, line.y, look, band=band, label=line.searcher)
        _draw_others(panel, [line for line in mine if line.searcher not in coloured])
        whiskers(
            panel, [(line.x, line.y, coloured[line.searcher]) for line in mine if line.searcher in coloured]
        )
        if not mine:
            empty(panel, comparison, scheduler, page)
        elif len(mine) < total:
            left = page.pitch - 0.6 - text_width(scheduler, 8, bold=True)
            texts = f"{len(mine)} of {total} searchers", f"{len(mine)}/{total}", ""
            text = next(text for text in texts if not text or text_width(text, NOTE) <= left)
            panel.set_title(text, loc="right", fontsize=NOTE, fontweight="normal", color=GREY)
    entries = handles(coloured, {line.searcher for line in lines})
    if named and end_labels.fit(page, coloured):
        page.when_laid_out(partial(_name_ends, page.axes, schedulers, lines, coloured))
        entries = [entry for entry in entries if entry.get_label() not in coloured]
    return page, entries


def _draw_others(panel: Axes, lines: Sequence[Line]) -> None:
    """Draw lines without a name as one artist, with a gap after each."""
    if lines:
        x, y = (
            np.concatenate([np.append(values, np.nan) for values in several])
            for several in ([line.x for line in lines], [line.y.mean for line in lines])
        )
        panel.plot(x, y, drawstyle="steps-post", color=OTHERS, linewidth=0.5, zorder=1.5)


def _name_ends(
    panels: Sequence[Axes], schedulers: Sequence[str], lines: Sequence[Line], coloured: dict[str, Look]
) -> None:
    named = []
    for scheduler in schedulers:
        mine = [line for line in lines if line.scheduler == scheduler and line.searcher in coloured]
        named.append(
            [
                end_labels.LineEnd(
                    line.searcher, float(line.x[-1]), float(line.y.mean[-1]), coloured[line.searcher]
                )
                for line in mine
            ]
        )
    end_labels.draw(panels, named)


def empty(panel: Axes, comparison: Comparison, scheduler: str, page: Page) -> None:
    """Write into a panel without a line why there is none."""
    reasons = [
        reason for searcher in comparison.searchers for reason in comparison.why_not(searcher, scheduler)
    ]
    status, _, reason = (reasons[0] if reasons else "not asked: on every task").partition(": ")
    explain(panel, status, reason, room=page.panel_room, empty=True)


def draw(panel: Axes, x: Floats, y: Means, look: Look, *, band: float, label: str) -> None:
    """Draw a step line with a marker at its end; ``band`` is its band's opacity."""
    panel.plot(
        x,
        y.mean,
        drawstyle="steps-post",
        color=look.colour,
        linestyle=(0, look.dashes) if look.dashes else "-",
        marker=look.marker,
        markevery=[len(x) - 1],
        markersize=4,
        markeredgecolor="white",
        markeredgewidth=0.4,
        linewidth=1.2,
        label=label,
    )
    if np.isfinite(y.low).any():
        panel.fill_between(x, y.low, y.high, step="post", color=look.colour, alpha=band, linewidth=0)


def whiskers(panel: Axes, lines: Iterable[tuple[Floats, Means, Look]]) -> None:
    """Draw the end of each line's band once more: bands lie over each other, whiskers beside each other."""
    ends = [(x[-1], y.low[-1], y.high[-1], look.colour) for x, y, look in lines if np.isfinite(y.low[-1])]
    if ends:
        x, low, high, colours = zip(*ends, strict=True)
        panel.vlines(x, low, high, colors=colours, linewidth=0.8, alpha=0.8)


def handles(coloured: dict[str, Look], drawn: Iterable[str]) -> list[Line2D]:
    """Return the legend's entries: the searchers in colour, and how many others there are."""
    drawn = set(drawn)
    entries = [
        Line2D(
            [],
            [],
            color=look.colour,
            linestyle=(0, look.dashes) if look.dashes else "-",
            marker=look.marker,
            markersize=4,
            label=name,
        )
        for name, look in coloured.items()
        if name in drawn
    ]
    if others := len(drawn - set(coloured)):
        entries.append(Line2D([], [], color=OTHERS, linewidth=1, label=f"{others} other searchers"))
    return entries


def shown(comparison: Comparison) -> str:
    """Return which searchers have a colour, for captions; empty if all have."""
    total = len({searcher for searcher, _ in comparison.combinations})
    if total <= CROWD:
        return ""
    best = (
        "first by name"
        if single(comparison)
        else "with the highest speed-up, each compared under the same schedulers"
        if over_tasks(comparison).doubled
        else "with the best score at the end, each compared under the same schedulers"
    )
    return f"In colour: random search, and the {FAVOURITES} of {total} searchers {best}; the others are grey."


def resampled(comparison: Comparison, resamples: int) -> str:
    """Return what a bootstrap band is, for captions."""
    if max(comparison.counts) < 2:
        return "No band: one repetition."
    but = "; none where a task has one repetition" if min(comparison.counts) < 2 else ""
    return (
        f"Band: 95 % interval of {resamples} stratified bootstrap resamples of repetitions, point by point"
        f"{but}."
    )


def missing(comparison: Comparison) -> str:
    """Return how many combinations have no line, for captions; empty if all have."""
    lost = len(comparison.searchers) * len(comparison.schedulers) - len(comparison.combinations)
    return f"{lost} combinations have no score on every task; the score maps say why." if lost else ""
