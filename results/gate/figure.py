"""The figure of a gate: paired differences of the score in each group of cells, with the margin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.errors import ResultsError
from results.figures import style
from results.figures.page import Page
from results.gate.finding import Finding, GateOutcome
from results.gate.report import Report

ROW = 0.17  # inches
#: Single cells that are shown: those that failed, then those most likely to be worse.
CELLS = 12
_LOOKS: dict[GateOutcome, tuple[str, str]] = {
    "pass": (style.BLUE, "o"),
    "fail": (style.RED, "X"),
    "inconclusive": (style.ORANGE, "D"),
}
_TITLES = {"all": "", "trainable": "task ", "searcher": "searcher ", "scheduler": "scheduler ", "cell": ""}


def draw(report: Report) -> Figure:
    """Return the figure: one line a group of cells, from all of them together to the worst single ones.

    Raises:
        ResultsError: if no score was compared.
    """
    chosen = _chosen(report)
    if not chosen:
        raise ResultsError("no score was compared, so no difference can be drawn; see the table")
    page = Page(1, height=ROW * len(chosen) + 0.45)
    axis = page.axes[0]
    low, high = _limits(chosen)
    for line, finding in enumerate(chosen):
        _draw_line(axis, line, finding, low, high)
    axis.axvline(0, color=style.GREY, linewidth=0.8, zorder=1)
    axis.set(
        xlim=(low, high),
        ylim=(len(chosen) - 0.4, -0.6),
        xlabel="score of the candidate minus the baseline's (points)",
    )
    axis.set_yticks(range(len(chosen)), [_TITLES[f.hypothesis.level] + f.hypothesis.name for f in chosen])
    axis.grid(axis="y", visible=False)
    for line in range(1, len(chosen)):
        if chosen[line].hypothesis.level != chosen[line - 1].hypothesis.level:
            axis.axhline(line - 0.5, color=style.PALE, linewidth=0.6)
    caption = (
        f"{report.scope} Below 0, the candidate is worse. Dots: each repetition's mean over the group's "
        "cells, weighted by 1 / margin; bars reach to the edge where the limit is beyond it. Scores: 0 = "
        f"random search's baseline, 100 = best known. {report.method}"
    )
    return page.finish(report.headline, caption, _handles({f.outcome for f in chosen}))


def save(report: Report, path: Path) -> None:
    """Draw the figure into a PNG or PDF file.

    Raises:
        ResultsError: if the name ends otherwise, or there is nothing to draw.
    """
    kind = kind_of(path)
    with style.active():
        style.save_as(draw(report), path, kind)


def kind_of(path: Path) -> str:
    """Return the kind of figure that the file's name asks for.

    Raises:
        ResultsError: if it ends otherwise.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in style.FORMATS:
        raise ResultsError(f"{path} cannot be a figure; end its name in .{' or .'.join(style.FORMATS)}")
    return kind


def _chosen(report: Report) -> list[Finding]:
    """Return the findings on the score: all groups, and cells that changed; without groups, any cells."""
    scores = [finding for finding in report.findings if finding.hypothesis.quantity.name == "score"]
    cells = [
        f for f in report.sorted() if f.hypothesis.quantity.name == "score" and f.hypothesis.level == "cell"
    ]
    groups = [finding for finding in scores if finding.hypothesis.level != "cell"]
    moved = [finding for finding in cells if not finding.same]
    return groups + (moved if groups or moved else cells)[:CELLS]


def _limits(chosen: list[Finding]) -> tuple[float, float]:
    """Return limits that hold all margins, estimates and finite limits."""
    values = [value for f in chosen for value in (-f.hypothesis.margin, f.low, f.high, f.estimate, 0.0)]
    finite = np.array([value for value in values if np.isfinite(value)])
    room = 0.06 * (finite.max() - finite.min())
    return float(finite.min() - room), float(max(finite.max(), -0.3 * finite.min()) + room)


def _draw_line(axis: Axes, line: int, finding: Finding, low: float, high: float) -> None:
    colour, marker = _LOOKS[finding.outcome]
    dots = np.clip(finding.blocks, low, high)
    axis.plot(dots, np.full(len(dots), line), ".", color="#B5B5B5", markersize=3.5, zorder=2)
    if np.isfinite(finding.estimate):
        ends = [max(finding.low, low), min(finding.high, high)]
        axis.plot(ends, [line, line], color=colour, linewidth=1.2, zorder=3)
        axis.plot(finding.estimate, line, marker, color=colour, markersize=4.5, zorder=4)
    axis.plot(
        [-finding.hypothesis.margin] * 2,
        [line - 0.35, line + 0.35],
        color=style.BLACK,
        linewidth=1.4,
        zorder=3,
    )


def _handles(outcomes: set[GateOutcome]) -> list[Line2D]:
    handles = [
        Line2D([], [], color=colour, marker=marker, markersize=4.5, label=f"mean with limits: {outcome}")
        for outcome, (colour, marker) in _LOOKS.items()
        if outcome in outcomes
    ]
    mark = Line2D(
        [], [], color=style.BLACK, linestyle="", marker="|", markersize=8, label="a loss of the margin"
    )
    dot = Line2D([], [], color="#B5B5B5", linestyle="", marker=".", label="a repetition")
    return [*handles, mark, dot]
