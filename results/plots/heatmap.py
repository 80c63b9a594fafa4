"""Searcher x scheduler: the mean final metric of each combination, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from results import Run
from results.curves import band_in_words, summarise
from results.plots._cells import Cell, heat_map
from results.settings import Setting, names, repetitions, split, why_failed

_PAIR = ["searcher", "scheduler"]


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each setting that has an experiment; reasons alone are worth a figure."""
    for setting, rows in split(run):
        yield f"heatmap-{setting.slug}", _page(setting, rows)


def _page(setting: Setting, rows: Run) -> Figure:
    # Without the other columns, which every look at a cell would touch.
    experiments = rows.experiments.sort_values("repetition")[[*_PAIR, "status", "reason", "best"]]
    groups = list(experiments.groupby(_PAIR))
    cells = {(setting.label(pair[0]), str(pair[1])): _cell(group) for pair, group in groups}
    searchers = [setting.label(name) for name in names(rows, "searcher")]
    drawn = heat_map(cells, searchers, names(rows, "scheduler"), setting.metric, setting.mode)
    title = f"Incumbent's {setting.metric or 'metric'}: {setting.title}"
    counts = [len(_fine(group)) for _, group in groups]
    return drawn.page.finish(title, _caption(setting, counts, drawn.said), notes=drawn.notes)


def _fine(group: pd.DataFrame) -> pd.DataFrame:
    """Return the repetitions that have a result."""
    fine: pd.DataFrame = group[(group["status"] == "ok") & np.isfinite(group["best"])]
    return fine


def _cell(group: pd.DataFrame) -> Cell:
    fine = _fine(group)
    wrong = group[~group.index.isin(fine.index)]
    said = [why_failed(row) for row in wrong.to_dict("records")]
    status = str(wrong["status"].iloc[0]) if len(wrong) else "ok"
    share = f"{len(fine)} of {len(group)}"
    if fine.empty:
        return Cell(np.nan, np.nan, share, status, tuple(dict.fromkeys(said)))
    band = summarise(fine["best"].to_numpy(dtype=np.float64)[:, None])
    half = float(band.high[0] - band.low[0]) / 2 if band.n > 1 else np.nan
    return Cell(float(band.mean[0]), half, share, status, tuple(dict.fromkeys(said)))


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
