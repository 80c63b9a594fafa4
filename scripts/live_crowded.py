"""Seconds of epochs beside processes that compute, for ``scripts.measure_live``."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from results.machine import available_cpus
from scripts.live_runs import Measurements, spread


def crowded(m: Measurements, repeats: int) -> list[str]:
    """Return the table of what an epoch's seconds become where other processes want the processors too."""
    options = (
        "--trainables",
        "users-model",
        "--searchers",
        "random",
        "--schedulers",
        "fifo",
        "--engine",
        "live",
    )
    cpus = available_cpus()
    lines = [
        f"Random search on a user's model, {cpus} trainers on {cpus} CPUs, beside processes that compute:",
        "",
        "| processes beside | s an epoch | times that without | `busy` | `stretch` |",
        "|---|---|---|---|---|",
    ]
    alone = 0.0
    for beside in (0, 1, cpus, 2 * cpus):
        with computing(beside):
            runs = [m.run(f"crowded-{beside}-{number}", *options) for number in range(repeats)]
        seconds, share, stretch = (
            [run[name] for run in runs] for name in ("epoch_s", "machine_busy", "stretch")
        )
        alone = alone or statistics.median(seconds)
        lines.append(
            f"| {beside} | {spread(seconds, 3)} | {spread([one / alone for one in seconds], 2)} "
            f"| {spread(share, 2)} | {spread(stretch, 2)} |"
        )
    return lines


@contextmanager
def computing(count: int) -> Iterator[None]:
    """Let a number of processes compute meanwhile."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
