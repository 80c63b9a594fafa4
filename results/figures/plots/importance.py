"""Importance of hyperparameters for being among the best trials, a panel a task."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.hyperparameters import hyperparameters, is_choice, spans_decades
from results.compare.run import Run
from results.figures.page import Page
from results.figures.plots._panels import NOTE
from results.figures.style import BLACK, GREY, SKY
from results.outputs import SomeFailed, apart
from results.statistics.importance import TARGET, Cells, importance, intervals, numeric
from results.store.parts import base_searchers, full_schedulers
from results.types import Floats

LEAST = 30  # trials
FEWEST_BEST = 5  # trials among the best
MOST_TRIALS = 20_000
MOST_PARAMETERS = 10  # in a panel
PANELS = 8  # of a page
BAR = 0.17  # inches
LETTERS = 22  # of a name


class Panel(NamedTuple):
    """Importances in one comparison, shape (parameters,) and (2, parameters), the most important first."""

    comparison: Comparison
    names: list[str]
    shares: Floats
    limits: Floats
    trials: int
    repetitions: int
    source: str


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
    chosen, source = _choose(comparison.experiments)
    if chosen.empty:
        return
    trials = comparison.run.only(chosen).trials.merge(chosen[["key", "repetition"]], on="key")
    best = trials["best"].to_numpy(dtype=np.float64, na_value=np.nan)
    trials, best = trials[np.isfinite(best)], best[np.isfinite(best)]
    parameters = hyperparameters(trials)
    if len(trials) < LEAST or parameters.shape[1] < 2:
        return
    cells = [_cells(parameters[name]) for name in parameters]
    loss = best if comparison.mode == "min" else -best
    group = pd.factorize(trials["repetition"], sort=True)[0]
    target = max(TARGET, FEWEST_BEST / len(trials))
    shares = importance(cells, loss, target=target)
    limits = intervals(cells, loss, group, np.random.default_rng(0), target)
    order = np.argsort(-shares, kind="stable")
    names = [str(list(parameters)[place]) for place in order]
    yield Panel(comparison, names, shares[order], limits[:, order], len(trials), int(group.max()) + 1, source)


def _choose(experiments: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the experiments whose trials say most, and which they are.

    A trial that was stopped early says little about its configuration, and a searcher that learns samples
    where others were good: so random search, with the scheduler that trains all to the end, if they ran.
    """
    ok = experiments[experiments["status"] == "ok"].sort_values(["repetition", "searcher", "scheduler"])
    names = []
    for column, names_of in (("scheduler", full_schedulers), ("searcher", base_searchers)):
        if wanted := names_of(ok):
            ok = ok[ok[column].isin(wanted)]
            names.append(" and ".join(wanted))
        elif ok[column].nunique() == 1:
            names.append(str(ok[column].iloc[0]))
        else:
            names.append(f"all {column}s")
    # Whole repetitions, as many as are needed.
    before = ok["trials"].astype(float).cumsum()
    return ok[before <= max(MOST_TRIALS, before.iloc[0])] if len(ok) else ok, " x ".join(names[::-1])


def _cells(values: pd.Series) -> Cells:
    if is_choice(values):
        code, names = pd.factorize(values, sort=True)
        return Cells(code, len(names), ordered=False)
    numbers = values.to_numpy(dtype=np.float64)
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    return numeric(numbers, low, high, log=spans_decades(numbers))


def _page(panels: list[Panel]) -> Figure:
    columns = min(2, len(panels))
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    bars = [max(min(MOST_PARAMETERS, len(panel.names)) for panel in row) for row in rows]
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
    shown = min(MOST_PARAMETERS, len(panel.names))
    rows = np.arange(shown)
    axis.barh(rows, panel.shares[:shown], height=0.7, color=SKY, linewidth=0)
    if np.isfinite(panel.limits).all():
        axis.hlines(rows, *panel.limits[:, :shown], color=BLACK, linewidth=0.9)
    axis.set_yticks(rows, [_short(name) for name in panel.names[:shown]])
    axis.set_ylim(shown - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.xaxis.set_major_formatter(PercentFormatter(1.0))
    axis.tick_params(axis="y", length=0)
    axis.grid(False, axis="y")
    axis.set_title(str(panel.comparison.settings["trainable"]))
    axis.set_title(f"{panel.trials:,} trials", loc="right", fontsize=NOTE, fontweight="normal", color=GREY)


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else "…" + name[1 - LETTERS :]


def _note(panel: Panel) -> str:
    more = len(panel.names) - MOST_PARAMETERS
    left_out = f" {more} less important ones are not shown." if more > 0 else ""
    plural = "s" * (panel.repetitions != 1)
    n = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{panel.repetitions} repetition{plural}"
    return f"{panel.source}, {panel.trials:,} trials.{left_out} {panel.comparison.caption(n)}"


def _caption(panels: list[Panel]) -> list[str]:
    several = [panel for panel in panels if panel.repetitions > 1]
    band = (
        "Lines: 95 % percentile bootstrap over repetitions."
        if len(several) == len(panels)
        else "Lines: 95 % percentile bootstrap over repetitions, where there is more than one."
        if several
        else "No interval: one repetition."
    )
    return [
        "PED-ANOVA (arXiv 2304.10255): how much the values of a hyperparameter among the best trials, "
        f"{TARGET:.0%} or at least {FEWEST_BEST} of them, differ from those among all trials, as shares of "
        "their sum.",
        "What does not matter has a share too, by chance.",
        band,
    ]
