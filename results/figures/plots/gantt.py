"""Gantt charts: trials over workers, one experiment a scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.run import Run
from results.compare.timeline import Stretch, lanes, stretches
from results.figures.caption import closing
from results.figures.page import Page
from results.figures.plots._panels import NOTE, why_empty
from results.figures.style import BLACK, BLUE, GREEN, GREY, ORANGE, PALE, PINK, RED, SKY
from results.figures.typesetting import line_height, text_width, wrap
from results.outputs import apart
from results.store.parts import base_searchers

MOST_LANES = 16
MOST_PAGES = 12
LANE, LEAST = 0.15, 0.045  # inches
TYPE = 6.3
PAUSED = "paused"

#: decision -> colour and words; older runs have "unfinished" for what was cut, or never started
DECISIONS = {
    "completed": (BLUE, "completed"),
    "stopped": (ORANGE, "stopped by the scheduler"),
    "ended": (GREEN, "ended by itself"),
    "cut": (PINK, "cut by the time budget"),
    PAUSED: (SKY, "paused, went on later"),
    "failed": (RED, "failed"),
    "waiting": (PALE, "never started"),
    "unfinished": (PALE, "unfinished"),
}


def figures(run: Run, repetition: int = 0) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of at most ``MOST_PAGES`` comparisons: of one searcher and one repetition."""
    yield from apart(
        (comparison.slug, partial(_of_comparison, comparison, repetition))
        for comparison in islice(comparisons(run, scored=False), MOST_PAGES)
    )


def _of_comparison(comparison: Comparison, repetition: int) -> Iterator[tuple[str, Figure]]:
    chosen = _choose(comparison.experiments, repetition)
    if chosen.empty:
        return
    few = comparison.run.only(chosen)
    results = dict(list(few.results.groupby("key")))
    charts = {key: stretches(results[key]) for key in chosen["key"] if key in results}
    if any(charts.values()):
        yield f"gantt-{comparison.slug}", _page(comparison, chosen, few.trials, charts)


def _choose(experiments: pd.DataFrame, repetition: int) -> pd.DataFrame:
    """Return one experiment a scheduler: of the searcher with the most that are ok, random search first."""
    ok: pd.DataFrame = experiments[experiments["status"] == "ok"]
    if ok.empty:
        return ok
    counts = ok.groupby("searcher")["scheduler"].nunique()
    plain = base_searchers(ok)
    searcher = min(counts.index, key=lambda name: (-counts[name], name not in plain, name))
    mine = experiments[experiments["searcher"] == searcher]
    order = mine.assign(other=mine["repetition"] != repetition)
    order = order.sort_values(["scheduler", "other", "repetition"])
    chosen: pd.DataFrame = order.drop_duplicates("scheduler")
    return chosen


def _page(
    comparison: Comparison, chosen: pd.DataFrame, trials: pd.DataFrame, charts: dict[str, list[Stretch]]
) -> Figure:
    places = {key: lanes(chart) for key, chart in charts.items()}
    most = min(MOST_LANES, max((max(place, default=0) + 1 for place in places.values()), default=1))
    columns = 1 if len(chosen) <= 5 else 2
    rows = -(-len(chosen) // columns)
    lane = float(np.clip(8.2 / rows / (most + 2.5), LEAST, LANE))
    page = Page(len(chosen), columns=columns, height=rows * (lane * most + 0.34) + 0.3)
    decisions = dict(
        zip(zip(trials["key"], trials["trial_id"], strict=True), trials["decision"], strict=True)
    )
    end = max(stretch.end for chart in charts.values() for stretch in chart)
    end = end if end > 0 else 1.0  # nothing took any time; every bar is a tick at 0
    scale = (page.pitch - 0.5) / end  # inches a second
    drawn: set[str] = set()
    hidden = 0
    for axis, experiment in zip(page.axes, chosen.to_dict("records"), strict=True):
        key = experiment["key"]
        chart = list(zip(charts.get(key, []), places.get(key, []), strict=True))
        axis.set_title(experiment["scheduler"])
        axis.autoscale(False)  # all have the same limits, which are set below
        shown = [(stretch, place) for stretch, place in chart if place < MOST_LANES]
        hidden += len(chart) - len(shown)
        kinds = [_kind(stretch, decisions.get((key, stretch.trial))) for stretch, _ in shown]
        drawn |= set(kinds)
        best = experiment["best_trial"] if experiment["status"] == "ok" else None
        if shown:
            _draw(axis, shown, kinds, best, scale, lane)
        if experiment["status"] == "ok":
            axis.set_title(_busy(experiment), loc="right", fontsize=NOTE, fontweight="normal", color=GREY)
        else:
            _explain(axis, *why_empty(experiment), room=page.panel_room[0], height=lane * most)
    page.axes[0].set_ylim(most - 0.4, -0.6)
    page.axes[0].set_xlim(0, end * 1.01)
    page.axes[0].set_yticks([])
    page.label(comparison.clock, "workers")
    searcher = comparison.label(chosen["searcher"].iloc[0])
    title = f"Trials over workers, {searcher}: {comparison.title}"
    return page.finish(title, _caption(comparison, chosen, hidden), _handles(drawn))


def _explain(axis: Axes, status: str, reason: str, *, room: float, height: float) -> None:
    """Write why the experiment is not ok, in as many lines as the panel's height has room for."""
    lines = wrap(f"{status}: {reason}", room, NOTE)
    most = max(1, int(height / line_height(NOTE)))
    text = "\n".join(lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"])
    if axis.collections:
        axis.set_title(f"{status}, partial", loc="right", fontsize=NOTE, fontweight="normal", color=GREY)
        return
    axis.set_facecolor("#F5F5F5")
    axis.grid(False)
    axis.text(0.5, 0.5, text, transform=axis.transAxes, ha="center", va="center", fontsize=NOTE, color=GREY)


def _kind(stretch: Stretch, decision: Any) -> str:
    if not stretch.last:
        return PAUSED
    return str(decision) if decision in DECISIONS else "unfinished"


def _busy(experiment: Any) -> str:
    parts = [f"{int(experiment['epochs_spent'])} epochs"] if pd.notna(experiment["epochs_spent"]) else []
    train, wall = experiment["train_s"], experiment["wall_s"]
    if pd.notna(train) and pd.notna(wall) and wall > 0:
        parts.append(f"workers {train / wall / experiment['workers']:.0%} busy")
    return ", ".join(parts)


def _draw(
    axis: Axes,
    shown: list[tuple[Stretch, int]],
    kinds: list[str],
    best: str | None,
    scale: float,
    lane: float,
) -> None:
    boxes = [Rectangle((s.start, place - 0.42), s.end - s.start, 0.84) for s, place in shown]
    axis.add_collection(
        PatchCollection(boxes, facecolors=[DECISIONS[kind][0] for kind in kinds], linewidths=0)
    )
    # White lines between epochs, where they leave more colour than white, and not through a number.
    cuts = [
        [(end, place - 0.42), (end, place + 0.42)]
        for (s, place), kind in zip(shown, kinds, strict=True)
        for end in s.ends
        if (s.end - s.start) / len(s.ends) * scale > 0.02
        and not (
            _numbered(s, kind, scale, lane)
            and abs(end - (s.start + s.end) / 2) * scale < text_width(str(s.epoch), TYPE) / 2 + 0.015
        )
    ]
    axis.add_collection(LineCollection(cuts, colors="white", linewidths=0.35))
    # What took no time is a line itself.
    axis.add_collection(
        LineCollection(
            [[(s.end, place - 0.42), (s.end, place + 0.42)] for s, place in shown],
            colors=[
                "white" if s.end > s.start else DECISIONS[kind][0]
                for (s, _), kind in zip(shown, kinds, strict=True)
            ],
            linewidths=[0.8 if s.end > s.start else 2.0 for s, _ in shown],
        )
    )
    mine = [box for box, (s, _) in zip(boxes, shown, strict=True) if s.trial == best]
    axis.add_collection(PatchCollection(mine, facecolors="none", edgecolors=BLACK, linewidths=1.0, zorder=3))
    for (s, place), kind in zip(shown, kinds, strict=True):
        if _numbered(s, kind, scale, lane):
            label = axis.text(
                (s.start + s.end) / 2,
                place,
                str(s.epoch),
                fontsize=TYPE,
                ha="center",
                va="center_baseline",
                color=_ink(kind),
            )
            label.set_in_layout(False)  # it fits into its bar
    axis.grid(False, axis="y")


def _numbered(stretch: Stretch, kind: str, scale: float, lane: float) -> bool:
    """Return whether a bar has room for the epoch that it reached."""
    wide = (stretch.end - stretch.start) * scale > text_width(str(stretch.epoch), TYPE) + 0.05
    return lane >= 0.105 and kind != "unfinished" and wide


def _ink(kind: str) -> str:
    return "white" if kind in ("completed", "ended", "failed") else BLACK


def _handles(drawn: set[str]) -> list[Patch]:
    handles = [
        Patch(facecolor=colour, label=words) for kind, (colour, words) in DECISIONS.items() if kind in drawn
    ]
    handles.append(Patch(facecolor="none", edgecolor=BLACK, linewidth=1.0, label="the incumbent's trial"))
    return handles


def _caption(comparison: Comparison, chosen: pd.DataFrame, hidden: int) -> list[str]:
    shown = sorted({int(number) for number in chosen["repetition"]})
    which = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1 (repetition {', '.join(map(str, shown))})"
    parts = [
        "A bar is a trial that holds a worker until it ends or pauses; white is a worker that waits.",
        "The number is the epoch that it reached, where there is room; thin lines part epochs.",
        "Lanes are assigned as workers become free; they are no machines.",
    ]
    if hidden:
        parts.append(f"{hidden} bars in lanes beyond the {MOST_LANES}th are not shown.")
    return [*parts, *closing(comparison, which)]
