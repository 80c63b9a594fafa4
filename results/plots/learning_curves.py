"""Learning curves: one page for each searcher of a setting, one panel a scheduler, one line a trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import CARETDOWN, CARETUP
from matplotlib.ticker import MaxNLocator
from matplotlib.typing import LineStyleType

from results import Run
from results.curves import Floats, robust_limits
from results.page import WIDTH, Page
from results.plots._panels import explain, margins, why_empty
from results.settings import Setting, names, split
from results.style import BLACK, BLUE, GREY, ORANGE, RED

#: Epochs and values of a trial, shape (results,) each; NaN where the line has a gap.
Curve = tuple[Floats, Floats]

#: decision -> colour, line style, marker at the end, words.
DECISIONS: dict[str, tuple[str, LineStyleType, str | None, str]] = {
    "completed": (BLUE, "-", None, "completed"),
    "stopped": (ORANGE, "-", "o", "stopped by the scheduler"),
    "failed": (RED, "-", "X", "failed"),
    "unfinished": (GREY, ":", None, "unfinished"),
}


def figures(run: Run, repetition: int = 0) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each page that has any curve; nothing if there is none.

    ``repetition`` is drawn, or the first one that a combination has.
    """
    for setting, rows in split(run):
        for searcher in names(rows, "searcher"):
            mine = rows.experiments[rows.experiments["searcher"] == searcher]
            chosen = _one_repetition(mine, repetition)
            if rows.results["key"].isin(chosen["key"]).any() and setting.metric in rows.results:
                yield f"learning-curves-{setting.slug}-{searcher}", _page(setting, rows, searcher, chosen)


def _one_repetition(experiments: pd.DataFrame, repetition: int) -> pd.DataFrame:
    """Return one experiment a scheduler, by name."""
    order = experiments.assign(other=experiments["repetition"] != repetition)
    return order.sort_values(["scheduler", "other", "repetition"]).drop_duplicates("scheduler")


def _page(setting: Setting, rows: Run, searcher: str, chosen: pd.DataFrame) -> Figure:
    page = Page(len(chosen))
    decisions = _decisions(rows.trials)
    curves = [_curves(rows.results[rows.results["key"] == key], setting.metric) for key in chosen["key"]]
    values = [y for panel in curves for _, y in panel.values()]
    limits = robust_limits(values, setting.mode, keep=0.98)
    drawn: set[str] = set()
    hidden = 0
    for axis, panel, experiment in zip(page.axes, curves, chosen.to_dict("records"), strict=True):
        axis.set_title(experiment["scheduler"])
        drawn |= _draw(axis, panel, decisions.get(experiment["key"], {}))
        hidden += _mark_hidden(axis, panel, limits, setting)
        if experiment["status"] == "ok" and experiment["best_trial"] in panel:
            curve = panel[experiment["best_trial"]]
            _draw_incumbent(axis, curve, experiment["best_epoch"], experiment["best"])
            drawn.add("incumbent")
        elif experiment["status"] != "ok":
            explain(axis, *why_empty(experiment), room=WIDTH / page.columns - 0.8, empty=not panel)
    page.axes[0].set_ylim(*margins(limits))
    page.axes[0].xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    page.label("epoch of the trial", setting.metric)
    title = f"Learning curves of {setting.label(searcher)}: {setting.title}"
    silent = sum(len(decisions.get(key, {})) for key in chosen["key"]) - sum(map(len, curves))
    return page.finish(title, _caption(setting, chosen, hidden, silent), _handles(drawn, hidden, setting))


def _decisions(trials: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return key -> trial -> decision."""
    decisions: dict[str, dict[str, str]] = {}
    for row in trials[["key", "trial_id", "decision"]].to_dict("records"):
        decisions.setdefault(row["key"], {})[row["trial_id"]] = row["decision"]
    return decisions


def _curves(results: pd.DataFrame, metric: str) -> dict[str, Curve]:
    """Return the curve of each trial that has a finite value."""
    curves: dict[str, Curve] = {}
    for trial, group in results.sort_values("seq").groupby("trial_id"):
        x = group["epoch"].to_numpy(dtype=np.float64, na_value=np.nan)
        y = group[metric].to_numpy(dtype=np.float64, copy=True)
        y[~np.isfinite(y)] = np.nan
        # Going on from another trial's checkpoint may turn the epoch back: no line leads there.
        back = np.flatnonzero(np.diff(x) <= 0) + 1
        if np.isfinite(y).any():
            curves[str(trial)] = (np.insert(x, back, np.nan), np.insert(y, back, np.nan))
    return curves


def _draw(axis: Axes, panel: dict[str, Curve], decisions: dict[str, str]) -> set[str]:
    drawn = set()
    fade = 0.75 if len(panel) <= 20 else 0.4
    for trial, (x, y) in panel.items():
        decision = decisions.get(trial, "unfinished")
        colour, style, marker, _ = DECISIONS.get(decision, DECISIONS["unfinished"])
        last = int(np.flatnonzero(np.isfinite(y))[-1])
        alone = np.isfinite(y).sum() == 1 and marker is None
        axis.plot(
            x,
            y,
            style,
            color=colour,
            alpha=fade,
            linewidth=0.9,
            marker="." if alone else marker,
            markevery=[last],
            markersize=3.5 if marker != "X" else 4.5,
            markeredgewidth=0,
        )
        drawn.add(decision)
    return drawn


def _draw_incumbent(axis: Axes, curve: Curve, epoch: int, best: float) -> None:
    axis.plot(*curve, color=BLACK, linewidth=1.5, zorder=3)
    axis.plot(
        [epoch],
        [best],
        "*",
        color=BLACK,
        markersize=9,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=4,
    )


def _mark_hidden(
    axis: Axes,
    panel: dict[str, Curve],
    limits: tuple[float, float],
    setting: Setting,
) -> int:
    """Put a mark on the axis' edge for trials that lie beyond it as a whole; return how many there are."""
    low, high = limits
    ends: Counter[float] = Counter()
    for x, y in panel.values():
        beyond = np.nanmax(y) < low if setting.mode == "max" else np.nanmin(y) > high
        if beyond:
            ends[float(x[np.isfinite(y)][-1])] += 1
    bottom, top = margins(limits)
    up = setting.mode == "min"
    for epoch, count in ends.items():
        edge = top if up else bottom
        axis.plot(
            [epoch],
            [edge],
            marker=CARETUP if up else CARETDOWN,
            color=GREY,
            markersize=6,
            clip_on=False,
            zorder=5,
        )
        if count > 1:
            offset = (0, -13) if up else (0, 8)
            axis.annotate(
                f"{count}",
                (epoch, edge),
                offset,
                textcoords="offset points",
                ha="center",
                fontsize=6,
                color=GREY,
                zorder=6,
            )
    return sum(ends.values())


def _handles(drawn: set[str], hidden: int, setting: Setting) -> list[Line2D]:
    handles = [
        Line2D([], [], color=colour, linestyle=style, marker=marker, markersize=4, label=words)
        for decision, (colour, style, marker, words) in DECISIONS.items()
        if decision in drawn
    ]
    if "incumbent" in drawn:
        handles.append(
            Line2D([], [], color=BLACK, linewidth=1.5, marker="*", markersize=7, label="incumbent")
        )
    if hidden:
        mark = "v" if setting.mode == "max" else "^"
        words = "trials below the axis" if setting.mode == "max" else "trials above the axis"
        handles.append(Line2D([], [], color=GREY, linestyle="", marker=mark, markersize=5, label=words))
    return handles


def _caption(setting: Setting, chosen: pd.DataFrame, hidden: int, silent: int) -> str:
    shown: Sequence[int] = sorted({int(r) for r in chosen["repetition"]})
    which = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1 (repetition {', '.join(map(str, shown))})"
    side = "below" if setting.mode == "max" else "above"
    cut = (
        f" {hidden} trial{'s stay' if hidden > 1 else ' stays'} {side} the axis all the time: "
        "a triangle at the last epoch, with their number."
        if hidden
        else ""
    )
    if silent > 0:
        cut += f" {silent} trial{'s' * (silent > 1)} without a finite result: no line."
    return (
        f"One line a trial: {setting.metric} after each of its epochs. The incumbent is the best result "
        f"(star) and its trial.{cut} One repetition, so no band. {setting.caption(which)}"
    )
