"""Searcher x scheduler: the mean final metric of each combination, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from results.compare.run import Run
from results.compare.settings import Setting, names, repetitions, why_failed
from results.figures.plots._cells import Cell, heat_map
from results.figures.plots._each import each_setting
from results.statistics.intervals import band_in_words, summarise

_PAIR = ["searcher", "scheduler"]


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each setting that has an experiment; reasons alone are worth a figure."""
    yield from each_setting(run, _of_setting)


def _of_setting(setting: Setting, rows: Run) -> Iterator[tuple[str, Figure]]:
    yield f"heatmap-{setting.slug}", _page(setting, rows)


def _page(setting: Setting, rows: Run) -> Figure:
    # Without the other columns, which every look at a cell would touch.
    experiments = rows.experiments.sort_values("repetition")[[*_PAIR, "status", "reason", "best"]]
    groups = list(experiments.groupby(_PAIR))
    cells = {(setting.label(pair[0]), str(pair[1])): _cell(group) for pair, group in groups}
    searchers = [setting.label(name) for name in names(rows, "searcher")]
    drawn = heat_map(cells, searchers, names(rows, "scheduler"), setting.metric, setting.mode)
    title = f"Incumbent's {setting.metric or 'metric'}: {setting.title}"
    counts = [int(_fine(group).sum()) for _, group in groups]
    return drawn.page.finish(title, _caption(setting, counts, drawn.said), notes=drawn.notes)


def _fine(group: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which repetitions have a result, shape (repetitions,)."""
    known = np.isfinite(group["best"].to_numpy(dtype=np.float64, na_value=np.nan))
    fine: NDArray[np.bool_] = known & (group["status"].to_numpy() == "ok")
    return fine


def _cell(group: pd.DataFrame) -> Cell:
    fine = _fine(group)
    share = f"{fine.sum()} of {len(fine)}"
    status, said = "ok", tuple[str, ...]()
    if not fine.all():  # asked first: most cells are whole, and there may be thousands
        wrong = group[~fine].to_dict("records")
        status, said = str(wrong[0]["status"]), tuple(dict.fromkeys(map(why_failed, wrong)))
    if not fine.any():
        return Cell(np.nan, np.nan, share, status, said)
    band = summarise(group["best"].to_numpy(dtype=np.float64)[fine, None])
    half = float(band.high[0] - band.low[0]) / 2 if band.n > 1 else np.nan
    return Cell(float(band.mean[0]), half, share, status, said)


def _caption(setting: Setting, counts: list[int], said: list[str]) -> str:
    known = [n for n in counts if n]
    parts = [
        f"Mean over repetitions of the incumbent's {setting.metric or 'metric'} at the end; the best in bold."
    ]
    if any(n > 1 for n in known):
        parts.append(f"± is half the width of {band_in_words(known)}.")
    else:
        parts.append("No ±: one repetition.")
    return " ".join([*parts, *said, setting.caption(repetitions(known))])
