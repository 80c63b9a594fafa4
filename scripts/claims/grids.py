"""Grids of the claims on the virtual engine, and readers of their results."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

import results
from results.compare.scores import score
from results.machine import available_cpus
from results.statistics.steps import Steps

RUNS = Path("runs")

Case = TypeVar("Case")
Result = TypeVar("Result")


def run(name: str, **options: Any) -> results.Run:
    """Return a grid's results; it is run, or finished, if it is not there yet.

    Args:
        name: of the run folder below ``runs/``.
        options: the command line's, by their names with underscores; a list is joined by commas.

    Raises:
        subprocess.CalledProcessError: if the run cannot be carried out.
        RuntimeError: if an experiment failed, which a claim without it would not show.
    """
    words = [sys.executable, "-m", "benchmarks.run", "--grid", "--engine", "virtual", "--no-figures"]
    for option, value in options.items():
        text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        words += [f"--{option.replace('_', '-')}", text]
    words += ["--name", f"claim-{name}", "--out", str(RUNS)]
    if (RUNS / f"claim-{name}" / "run.toml").exists():
        words += ["--resume", "--retry"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    found = results.load(RUNS / f"claim-{name}")
    bad = found.repeatable
    if len(bad):
        raise RuntimeError(
            f"{len(bad)} experiments of claim-{name} failed: {bad['reason'].iloc[0]}; run it again"
        )
    return found


def curves(run: results.Run, axis: Any) -> Iterator[tuple[pd.Series, Steps]]:
    """Yield each experiment that ran, and its incumbent over "clock" or "epochs"."""
    found = run.curves(axis)
    for _, row in run.experiments[run.experiments["status"] == "ok"].iterrows():
        yield row, found.curve(row["key"])


def time_to(curve: Steps, target: float, mode: str) -> float:
    """Return the time at which a step function first reaches a target; infinity if never."""
    there = curve.y >= target if mode == "max" else curve.y <= target
    return float(curve.x[there.argmax()]) if there.any() else np.inf


def score_of(row: Mapping[str, Any] | pd.Series, value: float) -> float:
    """Return a value of the metric as a score of the row's task."""
    return float(score(value, row["baseline"], row["optimum"]))


def spread(work: Callable[[Case], Result], cases: Sequence[Case]) -> list[Result]:
    """Return the results of ``work``, a function of a module, for each case; on all CPUs, one thread each."""
    os.environ["OMP_NUM_THREADS"] = "1"  # for the processes, which read it when they start
    with ProcessPoolExecutor(available_cpus(), get_context("spawn")) as pool:
        return list(pool.map(work, cases))
