"""Speed-up over random search, regret and failure rate of each combination, over tasks and on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from results.compare.comparison import Comparison
from results.compare.headline import INTERVALS
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.speedup import FAILURE, REGRET, SPEED_UP
from results.figures.caption import closing
from results.figures.plots._each import each_comparison, each_frame
from results.figures.plots._panels import logarithmic
from results.figures.plots._rows import most_rows, rows_page
from results.figures.style import BLUE, GREY
from results.types import Floats

#: Column of the headline -> the label of its axis.
PANELS = {
    "speed_up": "speed-up over random search",
    "regret": "regret (log scale, 0 to 1)",
    "failure": "failure rate",
}


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison whose tasks' random configurations are known."""
    yield from each_comparison(run, True, _of_comparison)


def data(run: Run) -> pd.DataFrame:
    """Return the headline of each combination (``results.compare.headline``)."""
    return each_frame(run, True, lambda comparison: comparison.headline.copy())


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    if not comparison.headline.empty:
        yield f"speed-up-{comparison.slug}", _page(comparison)


def _page(comparison: Comparison) -> Figure:
    every = comparison.headline
    rows = _shown(every, comparison)
    tasks = [alone.headline for alone in comparison.tasks_alone.values()]
    page = rows_page(list(PANELS.values()), rows)
    y = np.arange(len(rows))
    for axis, name in zip(page.axes, PANELS, strict=True):
        for alone in tasks:
            axis.plot(_of(alone, rows, name), y, "|", color=GREY, markersize=5, clip_on=True)
        value, low, high = (rows[f"{name}{end}"].to_numpy(float) for end in ("", "_low", "_high"))
        axis.hlines(y, low, high, color=BLUE, linewidth=1.2)
        axis.plot(value, y, "o", color=BLUE, markersize=4)
    _limit(page.axes, rows, tasks)
    handles = [Line2D([], [], color=BLUE, marker="o", markersize=4, label=_mean(comparison))]
    if tasks:
        handles.append(Line2D([], [], color=GREY, marker="|", linestyle="", label="each task"))
    return page.finish(
        f"Beside random search: {comparison.title}", _caption(comparison, len(rows), len(every)), handles
    )


def _shown(every: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Return the first rows, and the one of plain random search."""
    base: Any = comparison.base or ("", "")
    plain = (every["searcher"] == base[0]) & (every["scheduler"] == base[1])
    shown: pd.DataFrame = every[plain | (np.arange(len(every)) < most_rows())]
    return shown.reset_index(drop=True)


def _of(alone: pd.DataFrame, rows: pd.DataFrame, name: str) -> Floats:
    """Return a column of another headline for these combinations, NaN where it has none."""
    if alone.empty:
        return np.full(len(rows), np.nan)
    pairs = pd.MultiIndex.from_frame(rows[["searcher", "scheduler"]])
    values: Floats = alone.set_index(["searcher", "scheduler"])[name].reindex(pairs).to_numpy(float)
    return values


def _limit(panels: Sequence[Axes], rows: pd.DataFrame, tasks: Sequence[pd.DataFrame]) -> None:
    """Set the limits of the three axes; an interval may end beyond that of the speed-up."""
    means = [_of(one, rows, "speed_up") for one in (*tasks, rows)]
    known = np.concatenate([*means, [1.0]])
    known = known[np.isfinite(known)]
    panels[0].axvline(1, color=GREY, linewidth=0.8, linestyle=":")
    logarithmic(panels[0], float(known.min()) / 2, float(known.max()) * 2)
    for axis in panels[1:]:
        axis.set_xlim(-0.03, 1.03)


def _mean(comparison: Comparison) -> str:
    return "mean over tasks" if len(comparison.tasks) > 1 else "mean"


def _caption(comparison: Comparison, shown: int, of: int) -> list[str]:
    bounds = int(comparison.headline["lower_bounds"].sum())
    parts = [
        "Speed-up over random search (above 1 is faster), regret and failure rate of each combination.",
        f"{INTERVALS}.",
    ]
    known = int(comparison.outcomes["noise_free"].notna().sum())
    note = (
        f"By the incumbent's noise-free value, known of {known} of {len(comparison.outcomes)} runs, else by "
        "the validated one."
    )
    if bounds:
        parts.append(f"Of {bounds} runs, better than all random configurations, it is a lower bound.")
    if shown < of:
        first = "first by name" if single(comparison) else "fastest"
        parts.append(f"{shown} of {of} combinations are shown: the {first}, and plain random search.")
    parts += [note, f"Speed-up: {SPEED_UP}.", f"Regret: {REGRET}.", f"Failure rate: {FAILURE}."]
    return [*parts, single(comparison), *closing(comparison)]
