"""Heat map of the metric: its mean at the end for each searcher x scheduler, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.captions import repetitions
from results.compare.comparison import Comparison
from results.compare.reasons import why_failed
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.plots._each import each_comparison, each_frame, named
from results.figures.plots._map_cell import HeatCell
from results.figures.plots._map_page import heat_maps
from results.statistics.intervals import band_in_words, summarise

_PAIR = ["searcher", "scheduler"]


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each comparison that has an experiment; reasons alone are worth a figure."""
    yield from each_comparison(run, False, _of_comparison)


def _of_comparison(comparison: Comparison) -> Iterator[tuple[str, Figure]]:
    yield from named(f"heatmap-{comparison.slug}", _pages(comparison))


def data(run: Run) -> pd.DataFrame:
    """Return a row for each cell: mean, low, high, n, asked, status, reason; NaN where there is no mean."""
    return each_frame(run, False, _rows)


def _rows(comparison: Comparison) -> pd.DataFrame:
    rows = []
    for pair, group in _groups(comparison):
        cell = _cell(group)
        row = {"searcher": comparison.label(pair[0]), "scheduler": str(pair[1]), "mean": cell.mean}
        row |= {"low": cell.low, "high": cell.high, "n": int(_fine(group).sum()), "asked": len(group)}
        rows.append(row | {"status": cell.status, "reason": "; ".join(cell.reasons)})
    return pd.DataFrame(rows)


def _groups(comparison: Comparison) -> list[tuple[Any, pd.DataFrame]]:
    """Return the experiments of each (searcher, scheduler)."""
    # Without the other columns, which every look at a cell would touch.
    experiments = comparison.experiments.sort_values("repetition")[[*_PAIR, "status", "reason", "best"]]
    return list(experiments.groupby(_PAIR))


def _pages(comparison: Comparison) -> list[Figure]:
    groups = _groups(comparison)
    cells = {(comparison.label(pair[0]), str(pair[1])): _cell(group) for pair, group in groups}
    searchers = [comparison.label(name) for name in comparison.run.names("searcher")]
    maps = heat_maps(cells, searchers, comparison.run.names("scheduler"), comparison.metric, comparison.mode)
    title = f"Incumbent's {comparison.metric or 'metric'}: {comparison.title}"
    counts = [int(_fine(group).sum()) for _, group in groups]
    return [
        drawn.page.finish(title, _caption(comparison, counts, drawn.said), notes=drawn.notes)
        for drawn in maps
    ]


def _fine(group: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which repetitions have a result, shape (repetitions,)."""
    known = np.isfinite(group["best"].to_numpy(dtype=np.float64, na_value=np.nan))
    is_ok: NDArray[np.bool_] = known & (group["status"].to_numpy() == "ok")
    return is_ok


def _cell(group: pd.DataFrame) -> HeatCell:
    known = _fine(group)
    share = f"{known.sum()} of {len(known)}"
    status, reasons = "ok", tuple[str, ...]()
    if not known.all():  # asked first: most cells are whole, and there may be thousands
        failed = group[~known].to_dict("records")
        status, reasons = str(failed[0]["status"]), tuple(dict.fromkeys(map(why_failed, failed)))
    if not known.any():
        return HeatCell(np.nan, np.nan, np.nan, share, status, reasons)
    band = summarise(group["best"].to_numpy(dtype=np.float64)[known, None])
    limits = (float(band.low[0]), float(band.high[0])) if band.n > 1 else (np.nan, np.nan)
    return HeatCell(float(band.mean[0]), *limits, share, status, reasons)


def _caption(comparison: Comparison, counts: list[int], notes: list[str]) -> list[str]:
    known = [n for n in counts if n]
    bold = "; the best in bold" if any(n > 1 for n in known) else ""
    parts = [f"Mean over repetitions of the incumbent's {comparison.metric or 'metric'} at the end{bold}."]
    if any(n > 1 for n in known):
        parts.append(f"± is half the width of {band_in_words(known)}.")
    else:
        parts.append("No ±, and none in bold: one repetition.")
    return [*parts, *notes, *closing(comparison, repetitions(known))]
