"""The core roster: the experiments of the default gate, on shipped tables with a suitable budget."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from benchmarks.suite.rules import why_incompatible
from results.gate.collapse import StoredNoise, loss_of_each, swaps_of
from results.gate.family import own_margin
from results.gate.pairs import POINTS, scores
from results.gate.sides import CELL

#: The name of the baseline that ships, and is compared with if none is named.
CORE = "core"
#: Searchers whose 300 proposals take longer are left out: the slowest would take as long as all others.
MOST_SECONDS = 15.0
#: Schedulers that are not in the core roster, and why; a listed one that is not here must be in its baseline.
LEFT_OUT = {
    "pb2": "its Gaussian process takes seconds an experiment",
    "async-hyperband": "the baseline that ships was recorded before it was written",
    "asha-cost": "the baseline that ships was recorded before it was written",
    "freeze-thaw": "the baseline that ships was recorded before it was written",
    "hb-dehb": "it goes with dehb, which is not part of every installation",
    "i-epoch": "one-epoch, which is in it, takes the same decisions at another epoch",
    "median-grace": "the baseline that ships was recorded before it was written",
    "pasha": "the baseline that ships was recorded before it was written",
}
GRID = Grid(
    trainables=("mnist-convnet", "mnist-wide", "mixed-ackley"),
    trials=24,
    epochs=9,
    workers=(4,),
    repetitions=40,
    engine="virtual",
)


def core_grid() -> Grid:
    """Return the grid of the core roster: listed, repeatable, quick, and part of every installation."""
    searchers = [
        s.name
        for s in SEARCHERS.values()
        if not (s.hidden or s.missing() or s.install)
        and s.seedable
        and s.seconds_of_300 <= MOST_SECONDS
        and s.origin.startswith("searchers.")
    ]
    schedulers = [
        s.name
        for s in SCHEDULERS.values()
        if not (s.hidden or s.missing() or s.name in LEFT_OUT) and s.origin.startswith("schedulers.")
    ]
    return GRID.changed({"searchers": searchers, "schedulers": schedulers}, "core roster")


def compatible(experiments: Iterable[Experiment]) -> list[Experiment]:
    """Return the experiments that the rules allow."""
    return [
        e
        for e in experiments
        if not why_incompatible(SEARCHERS[e.searcher], SCHEDULERS[e.scheduler], TRAINABLES[e.trainable])
    ]


def with_margins(cells: pd.DataFrame, rows: pd.DataFrame, points: Mapping[str, float]) -> pd.DataFrame:
    """Return the cells with their own margins: the task's, or their noise where that is more.

    The noise is the standard deviation that differences of independent repetitions of the stored side have.
    To tell less takes more repetitions than anyone runs: such a cell would never be decided.

    Args:
        cells: one row a cell, columns ``CELL``.
        rows: of the stored side.
        points: each task's margin.
    """
    task_margins = cells["trainable"].map(dict(points)).to_numpy(dtype=float)
    measured, at = rows.add_suffix("_b"), pd.MultiIndex.from_frame(cells[CELL])
    for quantity, metric in POINTS.items():
        values = rows[CELL].assign(score=scores(measured, "b", metric)).dropna().groupby(CELL)["score"]
        noise = (math.sqrt(2) * values.std()).reindex(at).to_numpy(dtype=float)
        known = values.count().reindex(at).notna().to_numpy()
        cells = cells.assign(**{own_margin(quantity): np.where(known, np.fmax(task_margins, noise), np.nan)})
    return cells


def without_score(cells: pd.DataFrame) -> list[tuple[str, ...]]:
    """Return the cells of ``with_margins`` of which no score is known, so that nothing of it is tested."""
    unknown = cells[~np.isfinite(cells[own_margin("score")].astype(float))]
    return list(unknown[CELL].itertuples(index=False, name=None))


def stored_noise(
    cells: pd.DataFrame, rows: pd.DataFrame, points: Mapping[str, float], cap: int, alpha: float
) -> StoredNoise:
    """Return how often runs of the stored side collapse against other repetitions of their own.

    Args:
        cells: of ``with_margins``.
        rows: of the stored side.
        points: each task's margin.
        cap: repetitions at the last look.
        alpha: level of the gate.
    """
    at = pd.MultiIndex.from_frame(cells[CELL])
    scored = rows[[*CELL, "repetition"]].assign(score=scores(rows.add_suffix("_b"), "b"))
    table = scored.pivot_table(index="repetition", columns=CELL, values="score", observed=True)
    losses = loss_of_each(cells, points, cells[own_margin("score")].to_numpy(dtype=float))
    values = table.reindex(columns=at).to_numpy(dtype=float)
    return StoredNoise(swaps_of(values, losses), cap, alpha)


def margins(tasks: Iterable[str], given: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return each task's margin in points: as given, else the task's own, else the default."""
    from benchmarks.suite.trainable_spec import MARGIN

    declared = {name: TRAINABLES[name].margin for name in TRAINABLES}
    return {task: (given or {}).get(task, declared.get(task, MARGIN)) for task in tasks}
