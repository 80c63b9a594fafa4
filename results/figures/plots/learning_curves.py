"""Learning curves: one page for each searcher of a comparison, one panel a scheduler, one line a trial."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.run import Run
from results.figures.caption import closing
from results.figures.limits import robust_limits
from results.figures.page import Page
from results.figures.page_share import WHOLE, PageShare
from results.figures.plots._each import each_frame
from results.figures.plots._panels import explain, margins, why_empty
from results.figures.plots._trials import Curve, draw, draw_incumbent, handles, mark_hidden
from results.outputs import apart
from results.store.schema import metric_column

MOST_PAGES, FEW_PAGES = 25, 10  # of a run with one comparison, and with several
MOST_TRIALS = 300  # in a panel


def figures(run: Run, repetition: int = 0, share: PageShare = WHOLE) -> Iterator[tuple[str, Figure]]:
    """Yield name and figure of each page that has any curve; nothing if there is none.

    ``repetition`` is drawn, or the first one that a combination has.  There are at most ``MOST_PAGES`` pages,
    or ``FEW_PAGES`` if there are several comparisons, as many of each; captions say what is left out.
    ``share`` says which of the pages.
    """
    every = list(comparisons(run, scored=False))
    most_pages = MOST_PAGES if len(every) == 1 else FEW_PAGES
    room = _share(most_pages, [len(_with_results(one)) for one in every])
    yield from apart(
        (comparison.slug, partial(_of_comparison, comparison, repetition, most, share))
        for comparison, most in zip(every, room, strict=True)
    )


def data(run: Run) -> pd.DataFrame:
    """Return a row for each result of every trial: repetition, trial, epoch, value, decision."""
    return each_frame(run, False, _rows)


def _rows(comparison: Comparison) -> pd.DataFrame:
    column = metric_column(comparison.metric)
    results = comparison.run.results
    if column not in results:
        return pd.DataFrame()
    of = comparison.run.experiments[["key", "searcher", "scheduler", "repetition"]]
    rows = results.sort_values(["key", "trial_id", "seq"])[["key", "trial_id", "epoch", column]].merge(
        of, on="key"
    )
    rows = rows.merge(comparison.run.trials[["key", "trial_id", "decision"]], on=["key", "trial_id"])
    kept = ["searcher", "scheduler", "repetition", "trial_id", "epoch", column, "decision"]
    named: pd.DataFrame = rows[kept].rename(columns={column: "value"})
    return named.assign(searcher=named["searcher"].map(comparison.label))


def _of_comparison(
    comparison: Comparison, repetition: int, most: int, share: PageShare
) -> Iterator[tuple[str, Figure]]:
    searchers = _with_results(comparison)
    shown = share.take(searchers[:most])
    chosen = _one_repetition(comparison.experiments, repetition)
    chosen = chosen[chosen["searcher"].isin(shown)]
    few = comparison.run.only(chosen)
    curves = _curves(few.results, comparison.metric)
    decisions = _decisions(few.trials)
    for searcher in shown:
        mine = chosen[chosen["searcher"] == searcher]
        if any(key in curves for key in mine["key"]):
            page = _page(comparison, searcher, mine, curves, decisions, len(searchers) - most)
            yield f"learning-curves-{comparison.slug}-{searcher.replace('/', '_')}", page


def _with_results(comparison: Comparison) -> list[str]:
    """Return the searchers of which any trial reported a result, in order."""
    experiments = comparison.experiments
    reported = set(experiments.loc[experiments["epochs_spent"] > 0, "searcher"])
    return [name for name in comparison.run.names("searcher") if name in reported]


def _share(most: int, wanted: Sequence[int]) -> list[int]:
    """Share ``most`` out as evenly as what is ``wanted`` allows; at least 1 each."""
    given = [min(1, want) for want in wanted]
    while sum(given) < most and given != list(wanted):
        for place, want in enumerate(wanted):
            given[place] += given[place] < want and sum(given) < most
    return given


def _one_repetition(experiments: pd.DataFrame, repetition: int) -> pd.DataFrame:
    """Return one experiment a combination, by name."""
    order = experiments.assign(other=experiments["repetition"] != repetition)
    order = order.sort_values(["searcher", "scheduler", "other", "repetition"])
    return order.drop_duplicates(["searcher", "scheduler"])


def _page(
    comparison: Comparison,
    searcher: str,
    chosen: pd.DataFrame,
    curves: dict[str, dict[str, Curve]],
    decisions: dict[str, dict[str, str]],
    left_out: int,
) -> Figure:
    page = Page(len(chosen))
    panels = [curves.get(key, {}) for key in chosen["key"]]
    every = [curve for panel in panels for curve in panel.values()]
    limits = robust_limits([y for _, y in every], comparison.mode, keep=0.98)
    drawn: set[str] = set()
    hidden = thinned = 0
    for axis, panel, experiment in zip(page.axes, panels, chosen.to_dict("records"), strict=True):
        axis.set_title(experiment["scheduler"])
        axis.autoscale(False)  # all have the same limits, which are set below
        best = str(experiment["best_trial"])
        few = _thin(panel, best)
        thinned += len(panel) - len(few)
        drawn |= draw(axis, few, decisions.get(experiment["key"], {}))
        hidden += mark_hidden(axis, panel, limits, comparison)
        if experiment["status"] == "ok" and best in panel:
            draw_incumbent(axis, panel[best], experiment["best_epoch"], experiment["best"])
            drawn.add("incumbent")
        elif experiment["status"] != "ok":
            explain(axis, *why_empty(experiment), room=page.panel_room, empty=not panel)
    page.axes[0].set_ylim(*margins(limits))
    epochs = np.concatenate([x for x, _ in every])
    page.axes[0].set_xlim(*margins((np.nanmin(epochs), np.nanmax(epochs))))
    page.axes[0].xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    page.label("epoch of the trial", comparison.metric)
    title = f"Learning curves of {comparison.label(searcher)}: {comparison.title}"
    silent = sum(len(decisions.get(key, {})) for key in chosen["key"]) - sum(map(len, panels))
    caption = _caption(comparison, chosen, hidden, silent, thinned, left_out)
    return page.finish(title, caption, handles(drawn, hidden, comparison))


def _decisions(trials: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return key -> trial -> decision."""
    decisions: dict[str, dict[str, str]] = {}
    for row in trials[["key", "trial_id", "decision"]].to_dict("records"):
        decisions.setdefault(row["key"], {})[row["trial_id"]] = row["decision"]
    return decisions


def _curves(results: pd.DataFrame, metric: str) -> dict[str, dict[str, Curve]]:
    """Return key -> trial -> curve, of the trials that have a finite value, in the order of their names."""
    curves: dict[str, dict[str, Curve]] = {}
    metric = metric_column(metric)
    if metric not in results or results.empty:
        return curves
    ordered = results.sort_values(["key", "trial_id", "seq"])
    columns = [ordered[name].to_numpy(dtype=object) for name in ("key", "trial_id")]
    epoch, value = (ordered[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("epoch", metric))
    other = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    bounds = [0, *(np.flatnonzero(other) + 1), len(value)]
    for start, end in itertools.pairwise(bounds):
        known = start + np.flatnonzero(np.isfinite(value[start:end]))
        x, y = epoch[known], value[known]
        if known.size:
            # Going on from another trial's checkpoint may turn the epoch back: no line leads there.
            back = np.flatnonzero(np.diff(x) <= 0) + 1
            key, trial = (str(column[start]) for column in columns)
            if back.size:  # seldom, and an insertion takes longer than all the rest here
                x, y = np.insert(x, back, np.nan), np.insert(y, back, np.nan)
            curves.setdefault(key, {})[trial] = (x, y)
    return curves


def _thin(panel: dict[str, Curve], best: str) -> dict[str, Curve]:
    """Return every second, third ... trial, so that at most ``MOST_TRIALS`` remain; ``best`` stays."""
    step = max(1, -(-len(panel) // MOST_TRIALS))
    few = {trial: panel[trial] for trial in list(panel)[::step]}
    return few | {best: panel[best]} if best in panel else few


def _caption(
    comparison: Comparison, chosen: pd.DataFrame, hidden: int, silent: int, thinned: int, left_out: int
) -> list[str]:
    shown: Sequence[int] = sorted({int(r) for r in chosen["repetition"]})
    which = f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1 (repetition {', '.join(map(str, shown))})"
    side = "below" if comparison.mode == "max" else "above"
    parts = [
        f"One line a trial: {comparison.metric} after each of its epochs. The incumbent is the best result "
        "(star) and its trial.",
        "One repetition, so no band.",
    ]
    if hidden:
        parts.append(
            f"{hidden} trial{'s stay' if hidden > 1 else ' stays'} {side} the axis all the time: "
            "a triangle at the last epoch, with their number."
        )
    if silent > 0:
        parts.append(f"{silent} trial{'s' * (silent > 1)} without a finite result: no line.")
    if thinned:
        parts.append(
            f"{thinned} more trials are not drawn: a panel shows {MOST_TRIALS} at most, at even distances."
        )
    if left_out > 0:
        parts.append(f"{left_out} more searchers have no page here, so that the pages stay few.")
    return [*parts, *closing(comparison, which)]
