"""Importance of hyperparameters for being among the best trials, a panel a task."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.importances import MEASURE, Importances, importances
from results.compare.run import Run
from results.figures.page import Page
from results.figures.plots._panels import NOTE
from results.figures.style import BLACK, GREY, SKY
from results.outputs import SomeFailed, apart

MOST_PARAMETERS = 10  # in a panel
PANELS = 8  # of a page
BAR = 0.17  # inches
LETTERS = 22  # of a name


class Panel(NamedTuple):
    """The importances in one comparison."""

    comparison: Comparison
    found: Importances


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each page; nothing if no setting has enough trials."""
    panels: list[Panel] = []
    failure = None
    try:
        panels.extend(
            apart(
                (comparison.slug, partial(_panels, comparison))
                for comparison in comparisons(run, scored=False)
            )
        )
    except SomeFailed as error:
        failure = error
    for start in range(0, len(panels), PANELS):
        mark = f"-{start // PANELS + 1}" if len(panels) > PANELS else ""
        yield f"importance{mark}", _page(panels[start : start + PANELS])
    if failure:
        raise failure


def _panels(comparison: Comparison) -> Iterator[Panel]:
    """Yield the panel of a comparison, if it has enough trials."""
    if (found := importances(comparison)) is not None:
        yield Panel(comparison, found)


def _page(panels: list[Panel]) -> Figure:
    columns = min(2, len(panels))
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    bars = [max(min(MOST_PARAMETERS, len(panel.found.names)) for panel in row) for row in rows]
    page = Page(
        len(panels),
        columns=columns,
        height=sum(BAR * n + 0.55 for n in bars),
        share=False,
        ratios=[n + 3 for n in bars],
    )
    for axis, panel in zip(page.axes, panels, strict=True):
        _bars(axis, panel)
    for axis in page.axes[-columns:]:
        axis.set_xlabel("importance")
    notes = [(panel.comparison.title + ":", _note(panel)) for panel in panels]
    return page.finish("Importance of hyperparameters", _caption(panels), notes=notes)


def _bars(axis: Axes, panel: Panel) -> None:
    shown = min(MOST_PARAMETERS, len(panel.found.names))
    rows = np.arange(shown)
    axis.barh(rows, panel.found.shares[:shown], height=0.7, color=SKY, linewidth=0)
    if np.isfinite(panel.found.limits).all():
        axis.hlines(rows, *panel.found.limits[:, :shown], color=BLACK, linewidth=0.9)
    axis.set_yticks(rows, [_short(name) for name in panel.found.names[:shown]])
    axis.set_ylim(shown - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter(PercentFormatter(1.0))
    axis.tick_params(axis="y", length=0)
    axis.grid(False, axis="y")
    axis.set_title(str(panel.comparison.settings["trainable"]))
    axis.set_title(
        f"{panel.found.trials:,} trials", loc="right", fontsize=NOTE, fontweight="normal", color=GREY
    )


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else "…" + name[1 - LETTERS :]


def _note(panel: Panel) -> str:
    more = len(panel.found.names) - MOST_PARAMETERS
    left_out = f" {more} less important ones are not shown." if more > 0 else ""
    plural = "s" * (panel.found.repetitions != 1)
    n = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{panel.found.repetitions} repetition{plural}"
    return f"{panel.found.source}, {panel.found.trials:,} trials.{left_out} {panel.comparison.caption(n)}"


def _caption(panels: list[Panel]) -> list[str]:
    several = [panel for panel in panels if panel.found.repetitions > 1]
    band = (
        "Lines: 95 % percentile bootstrap over repetitions."
        if len(several) == len(panels)
        else "Lines: 95 % percentile bootstrap over repetitions, where there is more than one."
        if several
        else "No interval: one repetition."
    )
    return [*(f"{sentence}." for sentence in MEASURE.split(". ")), band]
