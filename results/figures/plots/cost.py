"""Cost of each combination: of a whole experiment, and of being as good as random search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.expenses import prices_of
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.target_price import target_prices
from results.figures.caption import closing
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import logarithmic
from results.figures.plots._rows import most_rows, rows_page
from results.figures.style import BLUE, GREY
from results.recommend.configurations import Cost, costs
from results.types import Floats

PANELS = {"experiment": "a whole experiment", "target": "as good as random search"}


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison whose experiments cost anything."""
    yield from each_comparison(run, True, _of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return the costs of each combination, in the unit of column "unit"; infinite: the target was missed."""
    return each_frame(run, True, frame)


def frame(comparison: Comparison) -> pd.DataFrame:
    """Return the costs of each combination, the lowest of the target first.

    "experiment" is the mean over the experiments of all tasks; "target", with its interval, is what is spent,
    with restarts, until the target of ``target_prices`` is reached, geometric over tasks.
    """
    known = costs(comparison)
    mean, unit = _in_unit(comparison, [known[pair] for pair in comparison.combinations])
    clock = np.nansum([known[pair].clock for pair in comparison.combinations])
    rate = float(np.nansum(mean) / clock) if clock > 0 else 0.0  # all hold as many workers
    target = target_prices(comparison, "clock")
    names = pd.DataFrame(comparison.combinations, columns=["searcher", "scheduler"])
    table = names.assign(
        experiment=mean,
        **{
            name: np.where(np.isfinite(seconds), np.nan_to_num(seconds, posinf=0.0) * rate, seconds)
            for name, seconds in zip(("target", "target_low", "target_high"), target, strict=True)
        },
        unit=unit,
    )
    return table.sort_values(["target", "experiment"], kind="stable", ignore_index=True)


def _in_unit(comparison: Comparison, every: Sequence[Cost]) -> tuple[Floats, str]:
    """Return costs and their unit: money if the run has prices, else GPU hours if any, else CPU hours."""
    prices = prices_of(comparison.run.folders.values())
    if prices is not None:
        money = [prices.of(cost.cpu_hours, cost.gpu_hours) for cost in every]
        return np.array(money), prices.currency or "money"
    gpu_hours = np.array([cost.gpu_hours for cost in every])
    if (gpu_hours > 0).any():
        return gpu_hours, "GPU hours"
    return np.array([cost.cpu_hours for cost in every]), "CPU hours"


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    if len(comparison.combinations) < 2:
        return
    every = frame(comparison)
    if (every["experiment"] > 0).all() and np.isfinite(every["target"]).any():
        yield f"cost-{comparison.slug}", _page(comparison, every)


def _page(comparison: Comparison, every: pd.DataFrame) -> Figure:
    rows = every.head(most_rows())
    y, unit = np.arange(len(rows)), every["unit"].iloc[0]
    page = rows_page([f"{label}, {unit}" for label in PANELS.values()], rows)
    for axis, name in zip(page.axes, PANELS, strict=True):
        value = rows[name].to_numpy(float)
        known = value[np.isfinite(value) & (value > 0)]
        low, high = float(known.min()) / 1.5, float(known.max()) * 1.5
        if name == "target":
            high *= 2  # an interval may be without end
        logarithmic(axis, low, high)
        if name == "target":
            ends = rows["target_low"].clip(lower=low), rows["target_high"].clip(upper=high)
            banded = np.isfinite(value) & ends[0].notna().to_numpy()
            axis.hlines(y[banded], ends[0][banded], ends[1][banded], color=BLUE, linewidth=1.2)
        reached = np.isfinite(value)
        axis.plot(value[reached], y[reached], "o", color=BLUE, markersize=4)
        if not reached.all():  # what is empty and not clipped lies in the page's corner
            edge = np.full((~reached).sum(), high)
            axis.plot(edge, y[~reached], ">", color=GREY, markersize=4, clip_on=False)
    return page.finish(f"Cost: {comparison.title}", _caption(comparison, len(rows), every))


def _caption(comparison: Comparison, shown: int, every: pd.DataFrame) -> list[str]:
    matched = "random search" if comparison.base else "the median run"
    missed = int((~np.isfinite(every["target"])).sum())
    parts = [
        f"Cost of an experiment, and until {matched} is matched, with restarts: its workers' hours "
        f"({every['unit'].iloc[0]}).",
        "Lines: 95 % interval of the target's cost, bootstrap of repetitions."
        if every["target_low"].notna().any()
        else "No interval: one repetition.",
    ]
    if missed:
        parts.append(f"{missed} never reached the target of a task (right edge).")
    if shown < len(every):
        parts.append(f"{shown} of {len(every)} combinations are shown: the cheapest.")
    return [*parts, single(comparison), *closing(comparison)]
