"""Scores of experiments: 0 is the random-search baseline of the task, 100 the best known.

Both constants stand in the store, so a score never depends on what else was run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from results.compare.curves import Curves
from results.compare.run import Run
from results.errors import ResultsError
from results.statistics.steps import Steps
from results.types import Axis, Floats

#: How every caption explains the scale.
SCALE = "0 = random search's baseline, 100 = best known"
#: What to do where a task has none.
MEASURES = "tunegrid constants measures what they are counted from"
#: No score is beyond these.
LOWEST, HIGHEST = -100.0, 120.0
#: What is said of a mean of scores over several tasks.
CLIPPED = (
    "the run does not hold the random configurations of these tasks, as older runs, so that speed-ups are "
    f"unknown: the mean over tasks is that of scores, each kept within {LOWEST:g} and {HIGHEST:g}, whose "
    "points are of another size on each task"
)
#: Columns of ``score_frame`` besides the score.
COLUMNS = (
    *("key", "trainable", "searcher", "scheduler", "device", "engine", "repetition", "trials", "epochs"),
    *("workers", "epochs_spent", "wall_s"),
)


def score(values: ArrayLike, baseline: ArrayLike, optimum: ArrayLike) -> Floats:
    """Return 100 * (baseline - value) / (baseline - optimum), kept within ``LOWEST`` and ``HIGHEST``.

    Of the shape of ``values``; higher is better, the same for metrics that are minimised and maximised.  A
    score may be above 100: a validated value is a noisy one, and the best of many is luck too.  What a task
    calls 1 point is as small as its baseline is good, so that a run that has failed would score thousands
    below 0 and decide every mean alone.
    """
    zero = np.asarray(baseline, dtype=np.float64)
    scored: Floats = 100 * (zero - np.asarray(values, dtype=np.float64)) / (zero - np.asarray(optimum))
    return np.clip(scored, LOWEST, HIGHEST)


def score_name(metrics: Iterable[Any]) -> str:
    """Return what scores are called beside these metrics: "normalised score" if one of them is a "score"."""
    return "normalised score" if "score" in set(metrics) else "score"


def scored(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that are ok and whose task has constants.

    Raises:
        ResultsError: if there is none.
    """
    ok = experiments[experiments["status"] == "ok"]
    known = ok[np.isfinite(ok["baseline"].astype(float)) & np.isfinite(ok["optimum"].astype(float))]
    if known.empty:
        raise ResultsError(
            f"no score: none of {len(experiments)} experiments is ok on a task whose baseline and optimum "
            f"are stored; {MEASURES}"
        )
    return known


def without_scores(run: Run) -> str:
    """Say which tasks of a run have no score and what measures it, in a sentence; "" if all have one."""
    ok = run.experiments[run.experiments["status"] == "ok"]
    known = np.isfinite(ok["baseline"].astype(float)) & np.isfinite(ok["optimum"].astype(float))
    names = ", ".join(sorted(set(ok.loc[~known, "trainable"]) - set(ok.loc[known, "trainable"])))
    if not names:
        return ""
    return f"no score and no speed-up over random search of {names}: {MEASURES}"


def score_frame(run: Run) -> pd.DataFrame:
    """Return one row an ok experiment whose task has constants: ``COLUMNS`` and "score", of its incumbent.

    Raises:
        ResultsError: if there is none.
    """
    known = scored(run.experiments)
    columns: Any = list(COLUMNS)
    frame: pd.DataFrame = known[columns].reset_index(drop=True)
    values, baseline, optimum = (
        known[name].to_numpy(dtype=np.float64) for name in ("best", "baseline", "optimum")
    )
    return frame.assign(score=score(values, baseline, optimum))


def score_curves(run: Run, axis: Axis) -> tuple[pd.DataFrame, Curves]:
    """Return the ok experiments whose task has constants, and their incumbents' scores in the same order.

    Args:
        run: the tables.
        axis: see ``results.compare.incumbents.incumbents``; clocks of different engines are different units.

    Raises:
        ResultsError: if there is none.
    """
    known = scored(run.experiments)
    zero, full = (known[name].to_numpy(dtype=np.float64) for name in ("baseline", "optimum"))
    curves = run.curves(axis).only(known["key"])
    return known, curves.mapped(lambda y, which: score(y, zero[which], full[which]))


def anytime(curve: Steps, start: float, end: float, *, log: bool = False, floor: float = 0.0) -> float:
    """Return the mean height of a curve of scores between two points: the area under it by its width.

    What is below ``floor``, and what comes before the first value, counts as ``floor``: how bad a bad start
    is would otherwise outweigh all that follows.  The last value holds until ``end``.

    Args:
        curve: scores over epochs, trials or seconds.
        start, end: where to begin and stop, in the same unit; start > 0 if ``log``.
        log: weigh each tenfold stretch alike, so that an early lead counts.

    Raises:
        ValueError: if start is not below end, or not above 0 though ``log``.
    """
    if not (start > 0 or not log) or not start < end:
        raise ValueError(
            f"from {start:g} to {end:g} is not a valid range; expected{' 0 <' if log else ''} start < end"
        )
    inside = (curve.x > start) & (curve.x < end)
    before = curve.y[curve.x <= start]
    heights = np.concatenate([before[-1:] if len(before) else [floor], curve.y[inside]])
    corners = np.concatenate([[start], curve.x[inside], [end]])
    widths = np.diff(np.log(corners) if log else corners)
    return float(np.maximum(heights, floor) @ widths / widths.sum())
