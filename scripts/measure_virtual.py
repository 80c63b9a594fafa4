"""Measurement of the virtual engine's speed, next to Syne Tune's simulator if installed.

    python -m scripts.measure_virtual [--repeats 5] [--syne PYTHON] [--large]

``--syne`` is the interpreter of an environment with Syne Tune 0.16 (see ``syne_tune_loop.py``).  The two run
in turn, each in a process of its own, on curves that cost nothing to look up: 2,000 of them, 27 epochs, each
a second.  Prints a Markdown table of medians: CPU seconds from the set-up of the search to the last row.
``--large`` adds 10,000 trials on 100 workers, of which Syne Tune takes minutes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from ray import tune

from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.engines.common.tune_job import quiet
from benchmarks.engines.virtual.execution import VirtualExecution
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import bare_context
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import trainable
from benchmarks.trainables._simulated import Simulated

CELLS = [("asha", 200, 4), ("asha", 1000, 4), ("fifo", 200, 4)]
LARGE = [("asha", 10_000, 100)]
EPOCHS = 27


class MeasuredCurves(CurveModel):
    """Losses that fall towards the value that a configuration has in a table of 2,000."""

    def __init__(self, place: Place) -> None:
        self._ends = np.random.default_rng(1).random(2000).tolist()

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        loss = self._ends[config["row"]] + 0.6 ** (state + 1)
        return Epoch(state + 1, {"loss": loss}, 1.0)


@trainable(
    "measured-table",
    "a table of 2,000 made-up curves",
    space=lambda: {"row": tune.randint(0, 2000)},
    curves=MeasuredCurves,
    metric="loss",
    mode="min",
    hidden=True,
)
class MeasuredTrainable(Simulated):
    """Follows the curves."""

    curves = MeasuredCurves


def ours(scheduler: str, trials: int, workers: int) -> dict[str, float]:
    """Run one experiment in this process."""
    quiet()
    load_here(["random"], [scheduler], [])  # as in the process from which the engine forks its experiments
    experiment = Experiment(
        *("measured-table", "random", scheduler),
        trials=trials,
        epochs=EPOCHS,
        workers=workers,
        engine="virtual",
    )
    with bare_context() as context:
        begun = time.process_time()
        outcome = VirtualExecution(experiment, context).run()
        spent = time.process_time() - begun
    assert outcome.status == "ok", outcome.row["reason"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"cpu_s": spent, "results": len(outcome.results), "trials": trials, "peak_mb": peak}


def called(command: list[str]) -> dict[str, float]:
    """Return the last line of a measuring process, as JSON."""
    process = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--syne", metavar="PYTHON", help="interpreter with Syne Tune")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--one", nargs=3, metavar=("SCHEDULER", "TRIALS", "WORKERS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(ours(args.one[0], int(args.one[1]), int(args.one[2]))))
        return
    here = Path(__file__)
    sides = {"ours": [sys.executable, str(here), "--one"]}
    if args.syne:
        sides["Syne Tune"] = [args.syne, str(here.with_name("syne_tune_loop.py"))]
    print("| random search, trials / workers | | CPU s | trials/s | results/s | peak MiB |")
    print("|---|---|---|---|---|---|")
    for cell in CELLS + (LARGE if args.large else []):
        taken: dict[str, list[dict[str, float]]] = {side: [] for side in sides}
        for _ in range(args.repeats):
            for side, command in sides.items():
                taken[side].append(called([*command, *map(str, cell)]))
        for side, runs in taken.items():
            print(row(cell, side, runs), flush=True)


def row(cell: tuple[str, int, int], side: str, runs: list[dict[str, float]]) -> str:
    """Return a line of the table: medians, and the smallest and largest CPU seconds in brackets."""
    seconds = sorted(run["cpu_s"] for run in runs)
    median = statistics.median(seconds)
    results = statistics.median(run["results"] for run in runs)
    peak = f"{max(run['peak_mb'] for run in runs):.0f}" if "peak_mb" in runs[0] else ""
    spread = f"{median:.2f} ({seconds[0]:.2f} to {seconds[-1]:.2f})"
    rates = f"{cell[1] / median:,.0f} | {results / median:,.0f}"
    return f"| {cell[0]}, {cell[1]:,} / {cell[2]} | {side} | {spread} | {rates} | {peak} |"


if __name__ == "__main__":
    main()
