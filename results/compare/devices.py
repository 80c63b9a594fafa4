"""Pairs of experiments that ran on the CPU and on the GPU."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.run import Run
from results.compare.settings import COLUMNS
from results.statistics.steps import Steps
from results.types import Mode

_PAIR = ["searcher", "scheduler", "repetition"]
_MEASURED = ["key", "epoch_s", "wall_s", "best"]
_SHARED = [name for name in COLUMNS if name not in ("device", "gpus_per_trial")]


def device_pairs(run: Run) -> Iterator[tuple[Comparison, pd.DataFrame]]:
    """Yield each comparison on the GPU and its pairs: experiments that ran on the CPU too, all else equal.

    The frame has one row a pair of ok experiments, by searcher, scheduler and repetition, with baseline and
    optimum; and, named ``cpu_`` and ``gpu_``, key, epoch_s (mean seconds of an epoch), wall_s, best, and
    target_s, the seconds until the incumbent was as good as the worse of the pair's two at their ends.
    """
    every = list(comparisons(run, scored=False))
    cpus = {_shared(one): one for one in every if one.settings["device"] == "cpu"}
    for gpu in every:
        if gpu.settings["device"] == "gpu" and (cpu := cpus.get(_shared(gpu))):
            pairs = _pairs(run, cpu.experiments, gpu.experiments, gpu.mode)
            if len(pairs):
                yield gpu, pairs


def _shared(comparison: Comparison) -> tuple[object, ...]:
    return tuple(comparison.settings[name] for name in _SHARED)


def _pairs(run: Run, cpu: pd.DataFrame, gpu: pd.DataFrame, mode: Mode) -> pd.DataFrame:
    constants = cpu[["key", "baseline", "optimum"]].rename(columns={"key": "cpu_key"})
    both = _measured(cpu, "cpu_").merge(_measured(gpu, "gpu_"), on=_PAIR).merge(constants, on="cpu_key")
    curves = run.only([*both["cpu_key"], *both["gpu_key"]]).curves("clock")
    times = [
        _times(curves.curve(one), curves.curve(other), mode)
        for one, other in zip(both["cpu_key"], both["gpu_key"], strict=True)
    ]
    return both.assign(cpu_target_s=[one for one, _ in times], gpu_target_s=[other for _, other in times])


def _measured(experiments: pd.DataFrame, prefix: str) -> pd.DataFrame:
    ok = experiments[(experiments["status"] == "ok") & experiments["best"].notna()]
    ok = ok.assign(epoch_s=ok["train_s"].astype(float) / ok["epochs_spent"].astype(float))
    return ok[_PAIR + _MEASURED].rename(columns={name: prefix + name for name in _MEASURED})


def _times(cpu: Steps, gpu: Steps, mode: Mode) -> tuple[float, float]:
    """Return when each was as good as the worse of their ends; NaN if either has no value."""
    if not len(cpu.y) or not len(gpu.y):
        return np.nan, np.nan
    sign = 1 if mode == "max" else -1
    target = min(sign * cpu.y[-1], sign * gpu.y[-1])
    one, other = (float(steps.x[np.searchsorted(sign * steps.y, target)]) for steps in (cpu, gpu))
    return one, other
