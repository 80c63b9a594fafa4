"""Heat map of speed-ups over random search: the geometric mean over tasks for each searcher x scheduler."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from results.compare.comparison import Comparison
from results.compare.doublings import by_speed_up, factor
from results.compare.ranking import single
from results.compare.run import Run
from results.compare.speedup import SPEED_UP
from results.figures.caption import closing
from results.figures.plots._each import each_comparison, named
from results.figures.plots._map_cell import HeatCell, without_mean
from results.figures.plots._map_page import heat_maps


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison whose tasks' random configurations are known."""
    yield from each_comparison(run, True, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    speed_ups = by_speed_up(comparison)
    if speed_ups:
        yield from named(f"speed-up-map-{speed_ups.slug}", _pages(speed_ups))


def _pages(comparison: Comparison) -> list[Figure]:
    rows = comparison.outcomes
    bounds = rows[rows["speed_up_at_least"].astype(bool)].groupby(["searcher", "scheduler"]).size()
    pairs = comparison.experiments.groupby(["label", "scheduler"]).size()
    known = rows.groupby(["searcher", "scheduler"]).size()
    cells: dict[tuple[str, str], HeatCell] = {}
    for searcher, scheduler in pairs.index.to_list():
        pair = (str(searcher), str(scheduler))
        share = f"{known.get(pair, 0)} of {pairs[pair]}"
        reasons, mean = comparison.why_not(*pair), comparison.means.get(pair)
        if mean is None:
            cells[pair] = without_mean(share, reasons)
            continue
        value, low, high = (factor(float(end)) for end in mean)
        cells[pair] = HeatCell(value, low, high, share, "ok", reasons, bool(bounds.get(pair, 0)))
    measure = "speed-up over random search"
    maps = heat_maps(cells, comparison.searchers, comparison.schedulers, measure, "max", ratios=True)
    title, bounded = f"Speed-up: {comparison.title}", int(bounds.sum())
    return [
        drawn.page.finish(title, _caption(comparison, bounded, drawn.said), notes=drawn.notes)
        for drawn in maps
    ]


def _caption(comparison: Comparison, bounds: int, notes: list[str]) -> list[str]:
    several = len(comparison.tasks) > 1
    known = any(np.isfinite(mean.low) for mean in comparison.means.values())
    parts = [
        "Epochs that random search needs to be as good, by those spent; above 1 is faster. Geometric mean "
        f"over {comparison.over}{'; the highest in bold' * known}.",
        "Below it the 95 % t-interval of the mean logarithm, over repetitions on these tasks."
        if known
        else "No interval, and none in bold: one repetition.",
        *notes,
    ]
    if bounds:
        parts.append(f"Of {bounds} runs, better than all random configurations, it is a lower bound (≥).")
    if several:
        parts.append("A combination without a result on every task has no mean.")
    parts += [
        f"Speed-up: {SPEED_UP}.",
        "Bold is no test: the critical-difference diagram has one." if known else single(comparison),
    ]
    return [*parts, *closing(comparison)]
