"""Measurement of reading, scoring, tabulating and drawing 20,000 experiments with 20 million results.

``python -m scripts.measure_analysis [--experiments 20000] [--results 1000] [--folder DIR]``

Makes the store once (about 1 GB), then times every step in a process of its own, and prints a Markdown table
with seconds and the peak of the process's memory.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator
from numpy.typing import NDArray

from results.store.fields import ADDED
from results.store.schema import arrow_schema

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TASKS = ("digits-mlp", "mnist-convnet", "mnist-wide", "hartmann6")
SEARCHERS = [f"searcher-{number:02d}" for number in range(24)] + ["random"]
SCHEDULERS = [f"scheduler-{number:02d}" for number in range(12)] + ["fifo"]
EPOCHS, BATCH = 27, 100


def grid(experiments: int) -> Iterator[tuple[str, str, str, int]]:
    """Yield (task, searcher, scheduler, repetition), whole repetitions one after the other."""
    combinations = list(product(TASKS, SEARCHERS, SCHEDULERS))
    for number in range(experiments):
        yield (*combinations[number % len(combinations)], number // len(combinations))


def make(folder: Path, experiments: int, results: int) -> None:
    """Write a store in which searchers and schedulers differ, and losing trials stop."""
    folder.mkdir(parents=True)
    for name in ("experiments", "trials", "results"):
        (folder / name).mkdir()
    cells = list(grid(experiments))
    for start in range(0, len(cells), BATCH):
        batch = enumerate(cells[start : start + BATCH], start)
        parts = [_experiment(number, cell, results) for number, cell in batch]
        for name, tables in zip(("results", "trials", "experiments"), zip(*parts, strict=True), strict=True):
            path = folder / name / f"{start // BATCH:06d}-made.parquet"
            pq.write_table(pa.concat_tables(tables), path, compression="zstd")
    (folder / "run.toml").write_text("")


def _experiment(number: int, cell: tuple[str, str, str, int], results: int) -> tuple[pa.Table, ...]:
    """Return the rows of results, trials and experiments of one experiment."""
    rng = np.random.default_rng(number)
    key = f"{number:016x}"
    lengths = _lengths(rng, results, whole=cell[2] == "fifo")
    names = np.array([f"t{trial:04d}" for trial in range(len(lengths))])
    rate, momentum = 10 ** rng.uniform(-4, 0, len(lengths)), rng.uniform(0.1, 0.9, len(lengths))
    pairs = zip(rate, momentum, strict=True)
    config = np.array([f'{{"lr": {one:.12g}, "momentum": {other:.12g}}}' for one, other in pairs])
    trial, epoch, value = _curves(rng, cell, lengths)
    clock = 0.25 * np.arange(1, results + 1) * rng.lognormal(0, 0.1)
    rows = {"key": [key] * results, "trial_id": names[trial], "seq": np.arange(results), "epoch": epoch}
    rows |= {"clock": clock, "cost": np.ones(results), "config": config[trial], "val_accuracy": value}
    rows["decision"] = np.where(epoch < lengths[trial], "CONTINUE", np.where(epoch == EPOCHS, "END", "STOP"))
    order = np.argsort(trial, kind="stable")
    first = np.cumsum(lengths) - lengths
    trials = {"key": [key] * len(lengths), "trial_id": names, "number": np.arange(len(lengths))}
    trials |= {"config": config, "status": ["ok"] * len(lengths), "epochs": lengths, "config/lr": rate}
    trials |= {"decision": np.where(lengths == EPOCHS, "completed", "stopped"), "config/momentum": momentum}
    trials |= {"best": np.maximum.reduceat(value[order], first), "started": clock[order][first] - 0.25}
    trials["ended"] = clock[order][first + lengths - 1]
    index = int(value.argmax())
    row = _row(key, cell, lengths, clock[-1], rng.uniform(0.5, 1.5, 4))
    row |= {"best": value[index], "best_trial": names[trial[index]], "best_epoch": epoch[index]}
    return (
        _table("results", rows),
        _table("trials", trials),
        _table("experiments", {name: [value] for name, value in row.items()}),
    )


def _curves(rng: Generator, cell: tuple[str, str, str, int], lengths: Ints) -> tuple[Ints, Ints, Floats]:
    """Return trial, epoch and accuracy of each result, four trials at a time."""
    skill = 0.001 * SEARCHERS.index(cell[1]) + 0.002 * SCHEDULERS.index(cell[2])
    trial = np.repeat(np.arange(len(lengths)), lengths)
    epoch = np.arange(len(trial)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
    top = 0.9 + skill + 0.03 * rng.standard_normal(len(lengths))
    noise = 0.002 * rng.standard_normal(len(trial))
    value = np.minimum(top[trial] - 0.5 * np.exp(-epoch / 5) + noise, 1.0)
    order = np.argsort(epoch + EPOCHS * (trial // 4), kind="stable")
    return trial[order], epoch[order], value[order]


def _row(
    key: str, cell: tuple[str, str, str, int], lengths: Ints, end: float, busy: Floats
) -> dict[str, Any]:
    """Return the row of an experiment but for its best; ``busy`` scales the ledger."""
    row: dict[str, Any] = dict(zip(("trainable", "searcher", "scheduler", "repetition"), cell, strict=True))
    row |= {"key": key, "device": "cpu", "trials": 100, "epochs": EPOCHS, "workers": 4, "data": "subset"}
    row |= {**ADDED, "train_size": 0, "gpus_per_trial": 0.0, "engine": "virtual"}
    row |= {"status": "ok", "reason": "", "metric": "val_accuracy", "mode": "max", "baseline": 0.85}
    row |= {"optimum": 1.0, "test_metric": "", "trials_asked": 100, "trials_run": len(lengths)}
    row |= {"trials_failed": 0, "epochs_before": 0}
    row |= {"trials_stopped": (lengths < EPOCHS).sum(), "epochs_spent": lengths.sum(), "wall_s": end + 1}
    row |= dict(zip(("suggest_s", "decide_s", "ray_s", "wait_s"), busy * (0.2, 0.05, 1.0, 20.0), strict=True))
    row |= {"real_s": 20.0, "train_s": float(lengths.sum()), "idle_s": 1.0, "concurrency": 3.9}
    return row | {"look_ahead": 4, "started_at": "2026-01-01T00:00:00+00:00", "environment": "made"}


def _lengths(rng: Generator, results: int, *, whole: bool) -> Ints:
    """Return epochs of trials that add up to ``results``."""
    lengths = rng.choice([1, 3, 9, EPOCHS], results, p=[0.4, 0.3, 0.2, 0.1])
    lengths = np.full(results, EPOCHS) if whole else lengths
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), results)) + 1]
    lengths[-1] -= lengths.sum() - results
    return lengths


def _table(name: str, columns: dict[str, Any]) -> pa.Table:
    schema = arrow_schema(name)
    count = len(columns["key"])
    arrays = {
        field.name: pa.array(columns[field.name], field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in schema
    }
    more = {column: pa.array(values) for column, values in columns.items() if column not in arrays}
    return pa.table(arrays | more)


def _load(folder: Path) -> None:
    from results import load
    from results.compare.scores import score_curves, score_frame

    run = load(folder)
    score_frame(run)
    run.read_curves(("epochs", "clock", "trials"))
    for axis in ("epochs", "clock", "trials"):
        score_curves(run, axis)


def _recommend(folder: Path) -> None:
    from results.recommend import main

    main([str(folder), "--workers", "4", "--budget", "500e"])


def _tables(folder: Path) -> None:
    from results.tables.__main__ import main

    main([str(folder), "--out", str(folder / "tables")])


def _figures(folder: Path) -> None:
    from results.figures import main

    main([str(folder), "--format", "png"])


def _report(folder: Path) -> None:
    from results.report.__main__ import main

    main([str(folder), "--out", str(folder / "report.html"), "--open", "no"])


def _peak() -> float:
    """Return the most memory that this process has held, MiB; that of its parent does not count.

    Processes that it started, as many as there are CPUs, count as the largest of them each.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (peak + len(os.sched_getaffinity(0)) * largest) / 1024


STEPS: dict[str, Callable[[Path], None]] = {
    "load, scores, incumbents on three axes": _load,
    "recommend": _recommend,
    "all tables": _tables,
    "all figures": _figures,
    "report": _report,
}


def main() -> None:
    """Print the table, or carry out one step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--experiments", type=int, default=20_000)
    parser.add_argument("--results", type=int, default=1_000, help="of each experiment")
    parser.add_argument("--folder", type=Path, help="where the store is, or is to be made")
    parser.add_argument("--step", choices=STEPS, help="carry out one step and print seconds and MiB")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp()) / "made"
    if options.step:
        start = time.perf_counter()
        STEPS[options.step](folder)
        print(f"{time.perf_counter() - start:.1f} {_peak():.0f}", file=sys.stderr)
        return
    if not folder.exists():
        make(folder, options.experiments, options.results)
    print("| step | seconds | peak MiB |\n|---|---:|---:|")
    for step in STEPS:
        words = [sys.executable, __file__, "--folder", str(folder), "--step", step]
        process = subprocess.run(words, check=False, capture_output=True, text=True)
        words = process.stderr.split()[-2:] if process.returncode == 0 else ["failed", ""]
        print("|", " | ".join([step, *words]), "|", flush=True)


if __name__ == "__main__":
    main()
