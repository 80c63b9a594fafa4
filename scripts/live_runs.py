"""Runs of ``scripts.measure_live``: each is made once, and what was measured of it is kept."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import results
from benchmarks.engines.live.counters import counters
from results.files import replace_text
from scripts.live_counts import distinct, plain_trained

MODELS = "scripts.live_models"
#: With ``--small``.
TINY = ("--searchers", "random", "--schedulers", "fifo", "asha", "--trials", "3", "--epochs", "3")


class Measurements:
    """Commands that are run once, and what was measured of each, in a folder.

    Args:
        folder: of the runs and of ``measured.json``.
        small: make every grid tiny.
        device: options of the device that trials train on, for every grid.
    """

    def __init__(self, folder: Path, small: bool, device: Sequence[str] = ()) -> None:
        self.folder, self.small, self.device = folder, small, tuple(device)
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "measured.json"
        self._known: dict[str, Any] = json.loads(self._file.read_text()) if self._file.is_file() else {}

    def run(self, name: str, *options: str, figures: bool = False) -> dict[str, float]:
        """Run a grid, unless that was done, and return what was measured of it."""
        if name not in self._known:
            words = [*options, *self.device, *(TINY if self.small else ())]
            words += [] if figures else ["--no-figures"]
            out = ["--out", str(self.folder), "--name", f"{name}-{os.getpid()}"]
            command = [sys.executable, "-m", "benchmarks.run", "--grid", *words, *out]
            print(f"{name}: {' '.join(command[1:])}", file=sys.stderr, flush=True)
            began = time.perf_counter()
            subprocess.run(
                command, check=True, stdout=subprocess.DEVNULL, env=os.environ | {"TUNEGRID_PLUGINS": MODELS}
            )
            seconds = time.perf_counter() - began
            self._keep(name, {"seconds": seconds} | of_run(self.folder / out[-1], options))
        found: dict[str, float] = self._known[name]
        return found

    def _keep(self, name: str, measured: dict[str, float]) -> None:
        self._known[name] = measured
        replace_text(self._file, json.dumps(self._known, indent=1))


def of_run(run: Path, options: Sequence[str]) -> dict[str, float]:
    """Return what a run's rows and counters say."""
    experiments, _, rows = results.load(run)
    counted = distinct(run)
    done = experiments[experiments["status"] == "ok"]
    found = {
        "combinations": float(len(done)),
        "asked": float(counted.asked),
        "distinct": float(counted.distinct),
        "plain": float(counted.plain),
        "experiments_s": float(done["driver_processor_s"].sum()),
        "epoch_s": float(rows["cost"].mean()),
    }
    if "live" in options:
        curves = Path(options[options.index("--curves") + 1]) if "--curves" in options else run / "curves"
        done_by = counters(curves)
        found |= {"trained": done_by.trained, "again": done_by.again, "busy": done_by.busy}
        found["plain_trained"] = float(plain_trained(curves))
        found |= {"machine_busy": float(done["busy"].mean()), "stretch": float(done["stretch"].mean())}
        found |= {"server_s": done_by.server_s, "training_s": done_by.training_s}
    return found


def spread(values: Sequence[float], digits: int = 1) -> str:
    """Return "median (min to max)"."""
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"
