"""Sampled configurations: each hyperparameter against the trial's number, by the trial's best metric."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.hyperparameters import hyperparameters, is_choice, is_numeric, spans_decades
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.limits import robust_limits
from results.figures.page import Page
from results.figures.plots._panels import margins
from results.figures.style import GREY, SEQUENTIAL
from results.figures.ticks import TickLabels
from results.figures.typesetting import shortened
from results.numerals import significant
from results.outputs import apart
from results.store.parts import base_searchers, full_schedulers, steady
from results.types import Floats

ACROSS, DOWN = 4, 6  # searchers and hyperparameters of a page
MOST_PAGES = 8  # of a run
MOST_TRIALS = 400  # in a panel
LETTERS = 12  # of a category's name
LARGEST = 1e300  # that an axis can span with its margins
DIVISOR = 1e10  # of numbers beyond it
LOGARITHMS = (-700, 700)  # of the ends of a logarithmic axis


class Samples(NamedTuple):
    """The trials of a comparison that may be drawn.

    Attributes:
        comparison, scheduler: of all of them.
        trials: rows of the trials table, with searcher and repetition.
        parameters: the hyperparameters, with the rows of ``trials``.
        searchers: in the order in which they are drawn.
        searched: how many searchers there are, drawn or not.
    """

    comparison: Comparison
    scheduler: str
    trials: pd.DataFrame
    parameters: pd.DataFrame
    searchers: list[str]
    searched: int


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each page, ``MOST_PAGES`` at most, as many of each comparison."""
    every = list(comparisons(run, scored=False))[:MOST_PAGES]
    most = MOST_PAGES // max(1, len(every))
    yield from apart((comparison.slug, partial(_of_comparison, comparison, most)) for comparison in every)


def _of_comparison(comparison: Comparison, most: int) -> Iterator[tuple[str, Figure]]:
    samples = _samples(comparison, most * ACROSS)
    if samples is None:
        return
    names = [str(name) for name in samples.parameters]
    pages = [
        (samples.searchers[start : start + ACROSS], names[top : top + DOWN])
        for start in range(0, len(samples.searchers), ACROSS)
        for top in range(0, len(names), DOWN)
    ]
    for number, (searchers, block) in enumerate(pages[:most]):
        mark = f"-{number + 1}" if len(pages) > 1 else ""
        yield f"sampled-{comparison.slug}{mark}", _page(samples, searchers, block)


def _samples(comparison: Comparison, most: int) -> Samples | None:
    """Return the trials of at most ``most`` searchers, under the scheduler that trains all to the end."""
    ok = comparison.experiments[comparison.experiments["status"] == "ok"]
    schedulers = sorted(ok["scheduler"].astype(str).unique())
    if not schedulers:
        return None
    scheduler = next(iter(full_schedulers(ok)), schedulers[0])
    experiments = ok[ok["scheduler"] == scheduler].sort_values("repetition")
    every = _ordered(experiments)
    allowed = max(1, MOST_TRIALS // int(comparison.settings["trials"]))
    few = experiments[
        experiments["searcher"].isin(every[:most]) & (experiments.groupby("searcher").cumcount() < allowed)
    ]
    trials = comparison.run.only(few).trials.merge(few[["key", "searcher", "repetition"]], on="key")
    parameters = _drawable(hyperparameters(trials))
    if parameters.empty:
        return None
    return Samples(comparison, scheduler, trials, parameters, every[:most], len(every))


def _ordered(experiments: pd.DataFrame) -> list[str]:
    """Return the searchers: random search, which shows what there is to sample from, learners, others."""
    names = {str(name) for name in experiments["searcher"]}
    plain, still = base_searchers(experiments), {str(name) for name in steady(experiments)["searcher"]}
    return sorted(names, key=lambda name: (name not in plain, name in still, name))


def _drawable(parameters: pd.DataFrame) -> pd.DataFrame:
    """Return the columns with numbers that an axis cannot span divided, and the divisor in their name."""
    numbers = [str(name) for name in parameters if is_numeric(parameters[name])]
    large = [name for name in numbers if parameters[name].abs().max() > LARGEST]
    shown = {name: f"{name} / {DIVISOR:g}" for name in large}
    divided = {name: parameters[name] / DIVISOR for name in large}
    return parameters.assign(**divided).rename(columns=shown)


def _page(samples: Samples, searchers: list[str], names: list[str]) -> Figure:
    comparison, trials = samples.comparison, samples.trials
    columns = len(searchers)
    page = Page(len(names) * columns, columns=columns, height=1.25 * len(names) + 0.5, share=False)
    best = trials["best"].to_numpy(dtype=np.float64, na_value=np.nan)
    best = np.clip(best, -LARGEST, LARGEST)
    number = trials["number"].to_numpy(dtype=np.float64)
    limits = robust_limits([best], comparison.mode, keep=0.75)
    for index, axis in enumerate(page.axes):
        row, column = divmod(index, columns)
        height = _scale(axis, samples.parameters[names[row]], trials["repetition"], labelled=column == 0)
        mine = (trials["searcher"] == searchers[column]).to_numpy(dtype=bool)
        _points(axis, number[mine], height[mine], best[mine], limits, comparison)
        axis.set_xlim(*margins((0.0, float(number.max())), 0.03))
        axis.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        if column == 0:
            axis.set_ylabel(names[row])
        if row == 0:
            axis.set_title(comparison.label(searchers[column]))
        if row == len(names) - 1:
            axis.set_xlabel("number of the trial")
        else:
            axis.tick_params(labelbottom=False)
    _bar(page, limits, comparison)
    failed = Line2D([], [], color=GREY, marker="x", linestyle="", markersize=4, label="no finite result")
    title = f"What was sampled under {samples.scheduler}: {comparison.title}"
    handles = [] if np.isfinite(best).all() else [failed]
    return page.finish(title, _caption(samples, searchers), handles)


def _scale(axis: Axes, values: pd.Series, repetition: pd.Series, *, labelled: bool) -> Floats:
    """Set the vertical axis up for a hyperparameter, and return the height of each trial; NaN if none."""
    height: Floats
    if is_choice(values):
        names = sorted(values.dropna().unique())
        # Repetitions lie a little above each other, so that trials of the same number can be seen.
        ranks = repetition.rank(method="dense").to_numpy(dtype=np.float64) - 1
        shift = 0.5 * (ranks / ranks.max() - 0.5) if ranks.max() > 0 else np.zeros(len(ranks))
        place = values.map({name: float(index) for index, name in enumerate(names)})
        height = place.to_numpy(dtype=np.float64) + shift
        axis.set_yticks(range(len(names)), [_short(name) for name in names])
        axis.set_ylim(-0.6, len(names) - 0.4)
    else:
        height = values.to_numpy(dtype=np.float64)
        low, high = float(np.nanmin(height)), float(np.nanmax(height))
        if spans_decades(height):
            axis.set_yscale("log")
            axis.yaxis.set_major_locator(LogLocator(numticks=5))
            axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: significant(value)))
            axis.yaxis.set_minor_locator(NullLocator())
            axis.set_ylim(*np.exp(np.clip(margins((np.log(low), np.log(high))), *LOGARITHMS)))
        else:
            axis.yaxis.set_major_locator(MaxNLocator(nbins=4))
            axis.set_ylim(*margins((low, high)))
    if not labelled:
        axis.tick_params(labelleft=False)
    return height


def _short(value: float | str) -> str:
    name = value if isinstance(value, str) else significant(value)
    return name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"


def _points(
    axis: Axes, x: Floats, y: Floats, best: Floats, limits: tuple[float, float], comparison: Comparison
) -> None:
    known = np.isfinite(best)
    order = np.argsort(best if comparison.mode == "max" else -best)
    there = order[known[order]]  # the best on top
    axis.scatter(
        x[there],
        y[there],
        c=best[there],
        cmap=SEQUENTIAL if comparison.mode == "max" else SEQUENTIAL.reversed(),
        norm=_shade(limits),
        s=8,
        linewidths=0.25,
        edgecolors="#555555",
    )
    axis.plot(x[~known], y[~known], "x", color=GREY, markersize=3, markeredgewidth=0.6)


def _shade(limits: tuple[float, float]) -> Normalize:
    low, high = limits
    return Normalize(low, high if high > low else low + (abs(low) or 1.0))


def _bar(page: Page, limits: tuple[float, float], comparison: Comparison) -> None:
    bar = page.figure.colorbar(
        page.axes[0].collections[0],
        ax=page.axes,
        label=f"the trial's best {shortened(comparison.metric, 24)}",
        extend="min" if comparison.mode == "max" else "max",
        aspect=40,
        pad=0.015,
        format=TickLabels(),
        use_gridspec=False,  # the page's layout makes room for it
    )
    if bar.solids:
        bar.solids.set_rasterized(False)
        bar.solids.set_edgecolor("face")  # no seams between the steps


def _caption(samples: Samples, searchers: list[str]) -> list[str]:
    shown = samples.trials[samples.trials["searcher"].isin(searchers)]
    counts = [int(n) for n in shown.groupby("searcher")["repetition"].nunique()]
    parts = [
        "One dot a trial: a hyperparameter's value against the trial's number; darker is better, sand beyond "
        "the colours.",
        "Single trials, so no interval.",
        "Choices between a few values stand in rows, one repetition above the other.",
        "A hyperparameter of a condition has dots where it applies.",
    ]
    if samples.searched > len(searchers):
        parts.append(
            f"{len(searchers)} of {samples.searched} searchers; {MOST_PAGES} pages at most are drawn."
        )
    return [*parts, *closing(samples.comparison, f"{repetitions(counts)} drawn")]
