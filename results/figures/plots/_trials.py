"""Trials as lines in a panel, by how each ended, with the legend's entries."""

from __future__ import annotations

from collections import Counter

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.markers import CARETDOWN, CARETUP
from matplotlib.typing import LineStyleType

from results.compare.comparison import Comparison
from results.figures.plots._panels import margins
from results.figures.style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, RED
from results.types import Floats

#: Epochs and values of a trial, shape (results,) each; NaN where the line has a gap.
Curve = tuple[Floats, Floats]

#: Older runs have "unfinished" for what was cut, or never started.
#: decision -> colour, line style, marker at the end, words.
DECISIONS: dict[str, tuple[str, LineStyleType, str | None, str]] = {
    "completed": (BLUE, "-", None, "completed"),
    "stopped": (ORANGE, "-", "o", "stopped by the scheduler"),
    "ended": (GREEN, "-", "s", "ended by itself"),
    "cut": (PINK, "-", "D", "cut by the time budget"),
    "failed": (RED, "-", "X", "failed"),
    "waiting": (GREY, ":", None, "never started"),
    "unfinished": (GREY, ":", None, "unfinished"),
}


def draw(axis: Axes, panel: dict[str, Curve], decisions: dict[str, str]) -> set[str]:
    """Draw the trials, and return the decisions that were taken on them."""
    kinds: dict[str, list[Curve]] = {}
    for trial, curve in panel.items():
        decision = decisions.get(trial, "unfinished")
        kinds.setdefault(decision if decision in DECISIONS else "unfinished", []).append(curve)
    fade = 0.75 if len(panel) <= 20 else 0.4
    for decision, curves in kinds.items():
        colour, style, marker, _ = DECISIONS[decision]
        lines = [np.column_stack(curve) for curve in curves]
        axis.add_collection(
            LineCollection(lines, colors=colour, linestyles=style, linewidths=0.9, alpha=fade)
        )
        # A single value makes no line; it is a dot even where ends have no marker.
        ends = [
            line[np.isfinite(line[:, 1])][-1]
            for line in lines
            if marker or np.isfinite(line[:, 1]).sum() == 1
        ]
        size = 4.5 if marker == "X" else 3.5
        if ends:
            axis.plot(
                *np.transpose(ends),
                marker or ".",
                color=colour,
                alpha=fade,
                markersize=size,
                markeredgewidth=0,
            )
    return set(kinds)


def draw_incumbent(axis: Axes, curve: Curve, epoch: int, best: float) -> None:
    axis.plot(*curve, color=BLACK, linewidth=1.5, zorder=3)
    axis.plot(
        [epoch],
        [best],
        "*",
        color=BLACK,
        markersize=9,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=4,
    )


def mark_hidden(
    axis: Axes,
    panel: dict[str, Curve],
    limits: tuple[float, float],
    comparison: Comparison,
) -> int:
    """Put a mark on the axis' edge for trials that lie beyond it as a whole; return how many there are."""
    low, high = limits
    ends: Counter[float] = Counter()
    for x, y in panel.values():
        beyond = np.nanmax(y) < low if comparison.mode == "max" else np.nanmin(y) > high
        if beyond:
            ends[float(x[np.isfinite(y)][-1])] += 1
    bottom, top = margins(limits)
    up = comparison.mode == "min"
    for epoch, count in ends.items():
        edge = top if up else bottom
        axis.plot(
            [epoch],
            [edge],
            marker=CARETUP if up else CARETDOWN,
            color=GREY,
            markersize=6,
            clip_on=False,
            zorder=5,
        )
        if count > 1:
            offset = (0, -13) if up else (0, 8)
            axis.annotate(
                f"{count}",
                (epoch, edge),
                offset,
                textcoords="offset points",
                ha="center",
                fontsize=6,
                color=GREY,
                zorder=6,
            )
    return sum(ends.values())


def handles(drawn: set[str], hidden: int, comparison: Comparison) -> list[Line2D]:
    handles = [
        Line2D([], [], color=colour, linestyle=style, marker=marker, markersize=4, label=words)
        for decision, (colour, style, marker, words) in DECISIONS.items()
        if decision in drawn
    ]
    if "incumbent" in drawn:
        handles.append(
            Line2D([], [], color=BLACK, linewidth=1.5, marker="*", markersize=7, label="incumbent")
        )
    if hidden:
        mark = "v" if comparison.mode == "max" else "^"
        words = "trials below the axis" if comparison.mode == "max" else "trials above the axis"
        handles.append(Line2D([], [], color=GREY, linestyle="", marker=mark, markersize=5, label=words))
    return handles
