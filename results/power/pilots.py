"""Pilot runs: the paired values of two combinations, by repetition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.nesting import untested
from results.compare.run import Run
from results.compare.scores import score_frame
from results.errors import ResultsError
from results.store import parts
from results.store.parts import Combination
from results.types import Floats

POINTS, METRIC = "points", "metric"


class Question(NamedTuple):
    """The plan of a paired comparison of two combinations, with the difference that it shall find.

    Attributes:
        contrast: the two combinations.
        difference: in ``unit``; positive.
        unit: ``POINTS`` of the score, or ``METRIC``: the task's own metric.
        power: the probability to find the difference.
        alpha: the level of all planned comparisons together.
        comparisons: their number; each is tested at ``alpha / comparisons``.
    """

    contrast: tuple[Combination, Combination]
    difference: float
    unit: str
    power: float
    alpha: float
    comparisons: int


def pilots(
    run: Run, contrast: tuple[Combination, Combination], unit: str = POINTS
) -> Iterator[tuple[Comparison, Floats]]:
    """Yield the paired values, shape (repetitions, 2), of each comparison of ``run`` that has some.

    Args:
        run: the pilot.
        contrast: the two combinations.
        unit: ``POINTS`` of the score, or ``METRIC``: the task's own metric, turned so that higher is better.

    Raises:
        ResultsError: if there is no such value at all, a combination has none, or the two are nested.
    """
    frame = _score_frame(run) if unit == POINTS else metric_frame(run)
    pairs = set(zip(frame["searcher"], frame["scheduler"], strict=True))
    for pair in contrast:
        if pair not in pairs:
            known = ", ".join(sorted(map(":".join, pairs)))
            value = "score" if unit == POINTS else "result"
            raise ResultsError(f"the run has no {value} of {':'.join(pair)}; it has {known}")
    nested = parts.nested(run.experiments)
    if untested(contrast, nested).any():
        smaller, larger = next(pair for pair in nested if set(pair) == {searcher for searcher, _ in contrast})
        raise ResultsError(
            f"{smaller} proposes the first part of what {larger} does, so the larger cannot be worse and no "
            "test applies; compare each with another searcher"
        )
    for comparison in comparisons(run, scored=False):
        scores = frame[frame["key"].isin(comparison.experiments["key"])]
        table = scores.pivot_table(index="repetition", columns=["searcher", "scheduler"], values="score")
        if all(pair in table.columns for pair in contrast):
            columns: list[Any] = list(contrast)
            yield comparison, table[columns].dropna().to_numpy(dtype=np.float64)


def _score_frame(run: Run) -> pd.DataFrame:
    try:
        return score_frame(run)
    except ResultsError as error:
        raise ResultsError(f"{error}; or add --unit {METRIC}, which needs no score") from error


def metric_frame(run: Run) -> pd.DataFrame:
    """Return the incumbents' metric as ``score_frame`` does scores; higher is better."""
    rows = run.experiments
    best = rows["best"].to_numpy(dtype=np.float64, na_value=np.nan)
    sign = np.where(rows["mode"] == "min", -1.0, 1.0)
    frame: pd.DataFrame = rows.assign(score=sign * best)[(rows["status"] == "ok") & np.isfinite(best)]
    return frame


def metric_differences(comparison: Comparison, contrast: tuple[Combination, Combination]) -> Floats:
    """Return the first combination's metric minus the second's, of the repetitions that both have."""
    rows = metric_frame(comparison.run)
    table = rows.pivot_table(index="repetition", columns=["searcher", "scheduler"], values="best")
    first, second = (table[pair] for pair in contrast)
    differences: Floats = (first - second).dropna().to_numpy(dtype=np.float64)
    return differences
