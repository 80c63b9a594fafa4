"""Repetitions to come: the command that runs a grid with more of them, and about how long that takes."""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from results.compare.run import RUN_FILE
from results.numerals import significant

#: Repetitions that are advised where there are too few to name a best combination.
ADVISED = 10
NO_FOLDERS: Mapping[str, Path] = {}
_UNITS = ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes"))


def advice(
    experiments: pd.DataFrame, folders: Mapping[str, Path] = NO_FOLDERS, repetitions: int = ADVISED
) -> str:
    """Return how to run a grid with that many repetitions, and about how long it takes, in a sentence.

    Args:
        experiments: the rows of one run or several, of any status; the largest run is spoken of.
        folders: the folders of runs by their names.
        repetitions: how many there shall be.
    """
    run = _largest(experiments)
    command = f"tunegrid run --repetitions {repetitions}"
    if run:
        experiments = experiments[experiments["run"].astype(str) == run]
    if run in folders:
        spec, name = folders[run] / RUN_FILE, f"{folders[run].resolve().name}-{repetitions}"
        command = (
            f"tunegrid run --spec {shlex.quote(str(spec))} --repetitions {repetitions} "
            f"--name {shlex.quote(name)}"
        )
    seconds = per_repetition(experiments) * repetitions
    long = f", which takes about {duration(seconds)} if it goes as fast as before" if seconds > 0 else ""
    return f"Run it with {repetitions} repetitions: {command}{long}."


def per_repetition(experiments: pd.DataFrame) -> float:
    """Return the real seconds that one repetition of all experiments took; NaN if that is unknown.

    Experiments that ran side by side count once; pauses between them do not count.
    """
    spent = _numbers(experiments, "real_s")
    spent = np.where(np.isfinite(spent), spent, _numbers(experiments, "wall_s"))
    known = np.isfinite(spent)
    if not known.any():
        return math.nan
    many = max(1, int(experiments["repetition"].nunique()))
    if "started_at" not in experiments:
        return float(spent[known].sum()) / many
    started = pd.to_datetime(experiments["started_at"], utc=True, errors="coerce", format="ISO8601")
    if started[known].isna().any():
        return float(spent[known].sum()) / many
    begins = started[known].astype("int64").to_numpy(dtype=np.float64) / _per_second(started)
    return _covered(begins, begins + spent[known]) / many


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it: ``40 seconds``, ``12 minutes``, ``2.5 hours``."""
    for unit, name in _UNITS:
        if seconds >= 1.5 * unit:
            return f"{_coarse(seconds / unit)} {name}"
    return f"{_coarse(max(seconds, 1.0))} second{'s' * (round(seconds) > 1)}"


def _coarse(value: float) -> str:
    return significant(float(f"{value:.2g}"), 2)


def _covered(begins: Any, ends: Any) -> float:
    """Return how much of the time line the intervals cover."""
    total, reached = 0.0, -math.inf
    for begin, end in sorted(zip(begins.tolist(), ends.tolist(), strict=True)):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def _per_second(times: Any) -> float:
    """Return how many units of a column of times make a second."""
    return {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[times.dt.unit]


def _largest(experiments: pd.DataFrame) -> str:
    """Return the name of the run with the most experiments; empty if none is known."""
    if "run" not in experiments or experiments["run"].dropna().empty:
        return ""
    return str(experiments["run"].dropna().astype(str).value_counts().index[0])


def _numbers(experiments: pd.DataFrame, column: str) -> Any:
    if column not in experiments:
        return np.full(len(experiments), np.nan)
    return experiments[column].to_numpy(dtype=np.float64, na_value=np.nan)
