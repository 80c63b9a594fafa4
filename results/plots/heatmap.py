"""Searcher x scheduler: the mean final metric of each combination, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from results import Run
from results.curves import Summary, band_in_words, robust_limits, summarise
from results.page import WIDTH, Page, text_width
from results.settings import Setting, first_line, names, repetitions, split
from results.style import SEQUENTIAL, decimals, ink

#: What fits into a cell.
WORDS = {"incompatible": "incomp.", "unavailable": "unavail."}
CELL = (0.9, 0.42)  # the largest cell, inches
NARROWEST = 4.6  # page, inches
MOST_NOTES = 24


class Cell(NamedTuple):
    """One combination: the summary (shape (1,)) of its ok repetitions, of how many, what went wrong."""

    summary: Summary
    asked: int
    status: str
    reasons: tuple[str, ...]


def figures(run: Run) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each setting that has an experiment; reasons alone are worth a figure."""
    for setting, rows in split(run):
        yield f"heatmap-{setting.slug}", _page(setting, rows)


def _cells(experiments: pd.DataFrame) -> dict[tuple[str, str], Cell]:
    cells = {}
    for (searcher, scheduler), group in experiments.sort_values("repetition").groupby(
        ["searcher", "scheduler"]
    ):
        fine = group[(group["status"] == "ok") & np.isfinite(group["best"])]
        wrong = group.drop(index=fine.index)
        # ok without a finite metric is a reason too, though no engine gave it.
        said = [
            f"{row['status']}: {first_line(row['reason'])}"
            if row["status"] != "ok"
            else "ok, no finite metric"
            for row in wrong.to_dict("records")
        ]
        status = str(wrong["status"].iloc[0]) if len(wrong) else "ok"
        values = fine["best"].to_numpy(dtype=np.float64)[:, None]
        cells[str(searcher), str(scheduler)] = Cell(
            summarise(values), len(group), status, tuple(dict.fromkeys(said))
        )
    return cells


def _page(setting: Setting, rows: Run) -> Figure:
    searchers, schedulers = names(rows, "searcher"), names(rows, "scheduler")
    cells = _cells(rows.experiments)
    labels = max(text_width(setting.label(name), 7) for name in searchers) + 0.35
    cell = min(CELL[0], (WIDTH - labels - 0.9) / len(schedulers))
    body = labels + 0.9 + cell * len(schedulers)
    page = Page(
        1,
        width=max(NARROWEST, body),
        body_width=body,
        height=CELL[1] * len(searchers) + 0.5 + _slant(schedulers, cell),
    )
    mean = np.full((len(searchers), len(schedulers)), np.nan)
    for row, searcher in enumerate(searchers):
        for column, scheduler in enumerate(schedulers):
            found = cells.get((searcher, scheduler))
            if found and found.summary.n:
                mean[row, column] = found.summary.mean[0]
    limits = robust_limits(list(mean[np.isfinite(mean)][:, None]), setting.mode)
    _draw(page.axes[0], mean, searchers, schedulers, setting, limits)
    numbers = _annotate(page.axes[0], mean, searchers, schedulers, cells, limits, setting, cell)
    if cell < max(text_width(name, 7) for name in schedulers) + 0.1:
        page.axes[0].tick_params(axis="x", rotation=35)
        for label in page.axes[0].get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")
    title = f"Incumbent's {setting.metric or 'metric'}: {setting.title}"
    return page.finish(title, _caption(setting, cells, mean, limits), notes=_notes(numbers))


def _colours(setting: Setting) -> Colormap:
    colours: Colormap = SEQUENTIAL if setting.mode == "max" else SEQUENTIAL.reversed()
    return colours


def _slant(schedulers: list[str], cell: float) -> float:
    """Return the height that the column labels need, inches."""
    longest = max(text_width(name, 7) for name in schedulers)
    return 0.2 if longest + 0.1 <= cell else 0.1 + 0.6 * longest


def _draw(
    axis: Axes,
    mean: np.ndarray,
    searchers: list[str],
    schedulers: list[str],
    setting: Setting,
    limits: tuple[float, float],
) -> None:
    axis.grid(False)
    low, high = limits
    cut = np.nanmin(mean) < low or np.nanmax(mean) > high if np.isfinite(mean).any() else False
    sns.heatmap(
        pd.DataFrame(mean, index=[setting.label(name) for name in searchers], columns=schedulers),
        ax=axis,
        cmap=_colours(setting),
        vmin=low if high > low else low - 0.5,
        vmax=high if high > low else high + 0.5,
        cbar=bool(np.isfinite(mean).any() and high > low),
        cbar_kws={
            "label": setting.metric,
            "extend": ("min" if setting.mode == "max" else "max") if cut else "neither",
            "aspect": CELL[1] * len(searchers) / 0.13,
            "pad": 0.02,
        },
        linewidths=0.6,
        linecolor="white",
        xticklabels=True,
        yticklabels=True,
    )
    bar = axis.collections[0].colorbar
    if bar and bar.solids:
        bar.solids.set_rasterized(False)
        bar.solids.set_edgecolor("face")  # no seams between the steps
    axis.set_xlabel("scheduler")
    axis.set_ylabel("searcher")
    axis.tick_params(length=0, rotation=0)


def _annotate(
    axis: Axes,
    mean: np.ndarray,
    searchers: list[str],
    schedulers: list[str],
    cells: dict[tuple[str, str], Cell],
    limits: tuple[float, float],
    setting: Setting,
    width: float,
) -> dict[str, int]:
    """Write into the cells, each ``width`` inches wide, and return the reasons with their numbers."""
    places = decimals(mean[(mean >= limits[0]) & (mean <= limits[1])])
    best = (np.nanmax if setting.mode == "max" else np.nanmin)(mean) if np.isfinite(mean).any() else np.nan
    colours, shade = _colours(setting), Normalize(*limits)
    numbers: dict[str, int] = {}
    most = _fit(f"±{0:.{places}f}", width, bold=True, most=6.8)  # the same for all that are whole
    for row, searcher in enumerate(searchers):
        for column, scheduler in enumerate(schedulers):
            cell = cells.get((searcher, scheduler))
            marks = [numbers.setdefault(reason, len(numbers) + 1) for reason in cell.reasons] if cell else []
            mark = f"[{','.join(map(str, marks))}]" if marks else ""
            if cell is None or not cell.summary.n:
                words = f"{WORDS.get(cell.status, cell.status)}\n{mark}" if cell else "not\nasked"
                _grey(axis, row, column, words, width)
                continue
            value = float(mean[row, column])
            text = f"{value:.{places}f}"
            if cell.summary.n > 1:
                half = float(cell.summary.high[0] - cell.summary.low[0]) / 2
                text += f"\n±{half:.{places}f}"
            if mark:
                text += f"\n{cell.summary.n} of {cell.asked} {mark}"
            axis.text(
                column + 0.5,
                row + 0.5,
                text,
                ha="center",
                va="center",
                fontsize=_fit(text, width, bold=value == best, most=6 if mark else most),
                fontweight="bold" if value == best else "normal",
                color=ink(colours(shade(value))),
                linespacing=1.1,
            )
    return numbers


def _fit(text: str, width: float, *, bold: bool, most: float) -> float:
    """Return the type size, at most ``most``, at which the lines of ``text`` fit into a cell."""
    widest = max(text_width(line, most, bold) for line in text.split("\n"))
    return most * min(1.0, (width - 0.04) / widest)


def _grey(axis: Axes, row: int, column: int, text: str, width: float) -> None:
    box = Rectangle((column, row), 1, 1, facecolor="#F0F0F0", edgecolor="#CFCFCF", hatch="////", linewidth=0)
    axis.add_patch(box)
    axis.add_patch(Rectangle((column, row), 1, 1, fill=False, edgecolor="white", linewidth=0.8))
    axis.text(
        column + 0.5,
        row + 0.5,
        text,
        ha="center",
        va="center",
        fontsize=_fit(f"{text}\n{WORDS['unavailable']}", width, bold=False, most=6),  # all greys alike
        color="#333333",
        linespacing=1.15,
        bbox={"facecolor": "#F0F0F0", "edgecolor": "none", "pad": 0.8},
    )


def _notes(numbers: dict[str, int]) -> list[tuple[str, str]]:
    notes = [(f"[{number}]", reason) for reason, number in numbers.items()]
    if len(notes) > MOST_NOTES:
        rest = f"and {len(notes) - MOST_NOTES} more reasons: column reason of the experiments table"
        notes = [*notes[:MOST_NOTES], ("…", rest)]
    return notes


def _caption(
    setting: Setting, cells: dict[tuple[str, str], Cell], mean: np.ndarray, limits: tuple[float, float]
) -> str:
    counts = [cell.summary.n for cell in cells.values() if cell.summary.n]
    parts = [
        f"Mean over repetitions of the incumbent's {setting.metric or 'metric'} at the end; the best in bold."
    ]
    if any(n > 1 for n in counts):
        parts.append(f"± is half the width of {band_in_words(counts)}.")
    else:
        parts.append("No ±: one repetition.")
    finite = mean[np.isfinite(mean)]
    beyond = int(((finite < limits[0]) | (finite > limits[1])).sum())
    if beyond:
        parts.append(f"{beyond} cell{'s' * (beyond > 1)} beyond the end of the colours (sand).")
    if any(cell.reasons for cell in cells.values()):
        parts.append("Hatched: no result; numbers in brackets refer to the reasons below.")
    return " ".join([*parts, setting.caption(repetitions(counts))])
