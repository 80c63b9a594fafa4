"""Measurement of the preset ``small``: how long the whole core roster takes on it.

    python -m scripts.measure_small [--out DIR] [--repetitions N] [--write]

Runs ``tunegrid run --preset small --engine virtual`` with the searchers and schedulers of the core roster, as
many experiments at a time as there are CPUs, and prints how long it took; ``--write`` puts that into
docs/performance.md.  A run that was cut off is begun anew.  It needs an idle machine.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.gate.roster import core_grid
from benchmarks.suite.presets import PRESETS, runnable
from results.compare.run import load
from results.machine import available_cpus
from scripts.page_sections import write_section

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
NAME = "measure-small"
#: What it is to take at most, on two CPUs.
MOST_MINUTES = 60


def command(out: Path, repetitions: int) -> list[str]:
    """Return the command that is measured."""
    roster = core_grid()
    return [
        *(sys.executable, "-m", "benchmarks.run", "--grid", "--preset", "small", "--engine", "virtual"),
        *("--searchers", *roster.searchers, "--schedulers", *roster.schedulers, "--quiet", "--no-figures"),
        *("--repetitions", str(repetitions), "--out", str(out), "--name", NAME),
    ]


def sentence(folder: Path, minutes: float, repetitions: int) -> str:
    """Return what was measured, for the page."""
    rows, roster = load(folder).experiments, core_grid()
    ran = int((rows["status"] == "ok").sum())
    tasks = len(runnable("small", "virtual"))
    return (
        f"{len(roster.searchers)} searchers and {len(roster.schedulers)} schedulers on {tasks} tasks, "
        f"{repetitions} repetitions: {len(rows):,} experiments, of which {ran:,} ran, in {minutes:.1f} "
        f"minutes on {available_cpus()} CPUs (at most {MOST_MINUTES} are wanted)."
    )


def main() -> None:
    """Run, print, and write if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs"))
    parser.add_argument("--repetitions", type=int, default=PRESETS["small"].repetitions)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    args = parser.parse_args()
    shutil.rmtree(args.out / NAME, ignore_errors=True)
    began = time.monotonic()
    done = subprocess.run(command(args.out, args.repetitions), check=False)
    if done.returncode:
        raise SystemExit(f"the run ended with {done.returncode}; nothing is written")
    text = sentence(args.out / NAME, (time.monotonic() - began) / 60, args.repetitions)
    print(text)
    if args.write:
        write_section(PAGE, "small", text)


if __name__ == "__main__":
    main()
