"""Measurement of a grid's overhead: against nested loops of ``Tuner.fit``, and on a free trainable.

    python -m scripts.measure_overhead [--repeats 5]

Three tables, as Markdown:

1. combinations per minute of ``scripts.naive_loop`` and of ``python -m benchmarks.run``: the same
   combinations (``--searchers`` x ``--schedulers``), 8 trials of at most 4 epochs, 2 workers, the same 2,000
   training and 2,000 validation images; the two alternate.  "whole process" counts everything from the start
   of Python to its end, figures left out; the more combinations, the less Ray's start weighs.
2. seconds a combination on a trainable that costs nothing, over a grid of 30 combinations.
3. peak memory of the quick grid's processes.

Run it on an idle machine.  The naive loop takes more than a minute a combination.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import results
from benchmarks.trainables._mnist import load
from scripts.measure_training import write_idx

HERE = Path(__file__).parent
TRIALS, EPOCHS, IMAGES = 8, 4, 2000
OUR_NAME = {"random": "random", "optuna": "optuna-tpe", "hyperopt": "hyperopt"}  # the naive loop's -> ours
# 6 searchers x 5 schedulers, all of which can be combined.
FREE_GRID = ["--searchers", "random", "grid", "optuna-tpe", "hyperopt", "nevergrad-oneplusone", "bayesopt"]
FREE_GRID += ["--schedulers", "fifo", "asha", "hyperband", "median", "resource-changing"]


def timed(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, str, float]:
    """Run a command; return its seconds, its output, and the peak memory of its own process, MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(environment or os.environ),
    )
    assert process.stdout is not None and process.stderr is not None
    output, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{output}\n{errors}")
    return time.perf_counter() - start, output, usage.ru_maxrss / 1024


def run_grid(out: Path, *options: str, plugin: bool = False) -> tuple[float, Path, float]:
    """Run our command line; return its seconds, the run's folder and the driver's peak memory, MiB."""
    name = f"run{len(list(out.iterdir()))}"
    environment = dict(os.environ)
    if plugin:  # the free trainable arrives by entry point, as a third party's would
        path = str(HERE.parent / "tests" / "plugin")
        environment["PYTHONPATH"] = os.pathsep.join([path, environment.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "benchmarks.run", "--grid", "--out", str(out), "--name", name]
    seconds, _, peak = timed([*command, "--no-figures", *options], environment)
    return seconds, out / name, peak


def spread(values: Sequence[float]) -> str:
    """Return "median (min to max)"."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def side_by_side(folder: Path, repeats: int, searchers: list[str], schedulers: list[str]) -> str:
    """Return the table of naive loop against our grid."""
    cells = len(searchers) * len(schedulers)
    write_idx(folder / "mnist", load("subset", 0, None))
    naive_command = [sys.executable, "-m", "scripts.naive_loop", "--mnist", str(folder / "mnist")]
    naive_command += ["--searchers", *searchers, "--schedulers", *schedulers]
    names = ["--searchers", *(OUR_NAME[name] for name in searchers), "--schedulers", *schedulers]
    budget = ["--trials", str(TRIALS), "--epochs", str(EPOCHS), "--workers", "2", "--train-size", str(IMAGES)]
    naive_all, naive_loop, ours_all, ours_cells = [], [], [], []
    (folder / "same").mkdir()
    for _ in range(repeats):
        seconds, output, _ = timed(naive_command)
        naive_all.append(seconds / cells)
        match = re.search(r"seconds=([\d.]+)", output)
        assert match is not None
        naive_loop.append(float(match[1]) / cells)
        seconds, run, _ = run_grid(folder / "same", *names, *budget)
        ours_all.append(seconds / cells)
        ours_cells.append(_between(run) / cells)
        # At once: a run that is cut off still leaves its figures.
        print(
            f"naive loop {naive_all[-1]:.2f} ({naive_loop[-1]:.2f} without Ray's start), "
            f"ours {ours_all[-1]:.2f} ({ours_cells[-1]:.2f}) s a combination",
            file=sys.stderr,
            flush=True,
        )
    lines = [
        f"| {' and '.join(searchers)} x {' and '.join(schedulers)} on MNIST | naive loop, s a combination "
        "| ours, s a combination | times as many per minute |",
        "|---|---|---|---|",
    ]
    for name, naive, ours in (
        ("whole process", naive_all, ours_all),
        ("Ray's start left out", naive_loop, ours_cells),
    ):
        ratios = [a / b for a, b in zip(naive, ours, strict=True)]
        lines.append(f"| {name} | {spread(naive)} | {spread(ours)} | {spread(ratios)} |")
    return "\n".join(lines)


def _between(run: Path) -> float:
    """Return the seconds from the first experiment's start to the last one's end."""
    import pandas as pd

    experiments = results.load(run).experiments
    started = pd.to_datetime(experiments["started_at"])
    seconds: float = (started.max() - started.min()).total_seconds()
    return seconds + float(experiments.loc[started.idxmax(), "wall_s"])


def free(folder: Path, repeats: int) -> str:
    """Return the table of the free trainable."""
    (folder / "free").mkdir()
    budget = ["--trainables", "free", "--trials", str(TRIALS), "--epochs", str(EPOCHS), "--workers", "2"]
    whole, cells = [], []
    for _ in range(repeats):
        seconds, run, _ = run_grid(folder / "free", *FREE_GRID, *budget, plugin=True)
        whole.append(seconds / 30)
        cells.append(_between(run) / 30)
    return "\n".join(
        [
            "| 30 combinations on a free trainable | s a combination |",
            "|---|---|",
            f"| whole process | {spread(whole)} |",
            f"| Ray's start left out | {spread(cells)} |",
        ]
    )


def memory(folder: Path) -> str:
    """Return the table of the quick grid's memory and time."""
    (folder / "quick").mkdir()
    seconds, run, driver = run_grid(folder / "quick")
    experiments = results.load(run).experiments
    return "\n".join(
        [
            "| quick grid | |",
            "|---|---|",
            f"| experiments that ran | {(experiments['status'] == 'ok').sum()} |",
            f"| minutes, figures left out | {seconds / 60:.1f} |",
            f"| driver, peak MiB | {driver:.0f} |",
            f"| an experiment's process, peak MiB | {experiments['driver_peak_mb'].max():.0f} |",
            f"| a trial's process, peak MiB | {experiments['worker_peak_mb'].max():.0f} |",
        ]
    )


def main() -> None:
    """Measure and print the three tables."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--repeats", type=int, default=5, help="runs of each command (default: 5)")
    p.add_argument("--searchers", nargs="+", choices=sorted(OUR_NAME), default=["random", "optuna"])
    p.add_argument("--schedulers", nargs="+", choices=("fifo", "asha", "median"), default=["asha"])
    p.add_argument("--only", choices=("same", "free", "memory"), help="one table alone")
    args = p.parse_args()
    with tempfile.TemporaryDirectory(prefix="tgm-") as name:
        folder = Path(name)
        if args.only in (None, "free"):
            print(free(folder, args.repeats), end="\n\n", flush=True)
        if args.only in (None, "memory"):
            print(memory(folder), end="\n\n", flush=True)
        if args.only in (None, "same"):
            print(side_by_side(folder, args.repeats, args.searchers, args.schedulers), end="\n\n", flush=True)
    print(f"median (min to max) of {args.repeats} runs, memory of one; {os.cpu_count()} CPUs")


if __name__ == "__main__":
    main()
