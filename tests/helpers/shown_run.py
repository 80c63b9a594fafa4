"""A run whose outcomes are made up, shown as the options ask for: ``python shown_run.py [--quiet ...]``."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.core.signals import orderly
from benchmarks.engines.common.outcome import Outcome
from benchmarks.execution.display.choice import display_of
from benchmarks.execution.progress import Progress
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.options import run_parser
from results.console import on_console

RUN = Path("runs/mine")
REASON = (
    "ValueError: planted fault of a rather long kind, so that it takes rows of its own\n"
    "Traceback (most recent call last):"
)
NAMES = [
    ("digits-mlp", "random", "fifo"),
    ("mnist-convnet", "nevergrad-oneplusone", "resource-changing"),
    ("branin", "optuna-tpe-multivariate", "asha-promote"),
]
RESUME = "tunegrid run --resume --name mine --out 'a folder' --data-dir a/long/path --max-time 8h"


def experiments() -> list[Experiment]:
    """Return what is run: each third of them fails."""
    return [Experiment(*names, repetition=number) for number in range(4) for names in NAMES]


def without(experiment: Experiment, status: str, reason: str) -> Outcome:
    """Return an outcome without a result."""
    return Outcome(experiment.row | {"key": experiment.key, "status": status, "reason": reason})


def outcome(number: int, experiment: Experiment) -> Outcome:
    """Return what comes of one."""
    if number % 3 == 2:
        return without(experiment, "failed" if number % 2 else "timeout", REASON)
    facts = {"status": "ok", "reason": "", "metric": "val_accuracy", "best": 0.98765, "wall_s": 12.34}
    return Outcome(experiment.row | facts | {"key": experiment.key, "trials_run": 8, "trials_failed": 0})


@on_console("prog")
def main(arguments: object, prog: str) -> int:
    """Show it; ``--name slow`` waits for Ctrl-C in the midst of it."""
    args = run_parser().parse_args(sys.argv[1:])
    todo = experiments()
    ruled = without(Experiment("branin", "optuna-tpe", "pbt"), "incompatible", "a rule")
    with display_of(args) as display:
        progress = Progress(len(todo) + 1, {}, len(todo), display)
        display.began(RUN, progress.total, len(todo), 0)
        progress.plan(todo)
        try:
            with orderly():
                progress.finished(ruled, ran=False)
                for number, experiment in enumerate(todo):
                    progress.started(experiment)
                    for _ in range(3 if args.name != "slow" else 10**6):
                        progress.status([e.combination for e in todo[number : number + 4]])
                        time.sleep(0.02)
                    progress.finished(outcome(number, experiment), ran=True)
                    print("printed by a library")
                    if number == 3:
                        subprocess.run(["echo", "printed by a child"], check=False)
        except KeyboardInterrupt:
            progress.end(RUN, "interrupted", RESUME)
            return 130
        progress.end(RUN)
        display.drawn(RUN, 3, RUN / "figures")
    return 0


if __name__ == "__main__":
    sys.exit(main())
