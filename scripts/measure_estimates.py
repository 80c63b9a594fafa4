"""Measurement of estimates: what ``--dry-run`` and the time left say, and how long runs then take.

    python -m scripts.measure_estimates [--engines virtual tune live] [--out DIR] [--small] [--write]

For each engine and grid the outlook is stored before the run begins, the time left about every second while
it goes on, and at last the truth; all are kept in ``--out``, and a later call measures what is missing.  The
table says how many times as long the run took as was predicted: at the start, after a tenth of the
experiments and after half of them.  Run it on an idle machine: an outlook is of one.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.execution.answers import answer_by_rule
from benchmarks.execution.estimate import foreseen
from benchmarks.execution.outlook import Outlook
from benchmarks.execution.under_way import under_way
from benchmarks.suite.grid_options import asked_grid
from benchmarks.suite.options import run_parser
from results.files import replace_text
from results.machine import available_cpus
from results.numerals import significant
from scripts.page_sections import write_section

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
SECTION = "estimates"  # of the page
EVERY_S = 0.5
WITHIN = 0.25  # by which a prediction may be off
#: Shares of the experiments after which predictions are compared with the truth.
MOMENTS = (0.1, 0.5)
SEARCHERS = ("--searchers", "random", "optuna-tpe", "hyperopt", "nevergrad-cma")
SCHEDULERS = ("--schedulers", "fifo", "asha", "hyperband", "median")
SMALL = ("--searchers", "random", "optuna-tpe", "--schedulers", "fifo", "asha")
#: Engine -> the grids that are run on it.
GRIDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "virtual": (
        ("--trainables", "mnist-wide", "mixed-ackley", *SEARCHERS, *SCHEDULERS, "--repetitions", "20"),
        ("--trainables", "digits-mlp", *SEARCHERS, *SCHEDULERS, "--trials", "64", "--repetitions", "5"),
    ),
    "tune": (
        ("--trainables", "mnist-convnet", *SEARCHERS, *SCHEDULERS, "--repetitions", "5"),
        ("--trainables", "digits-mlp", "mnist-wide", *SMALL, "--trials", "16", "--repetitions", "5"),
    ),
    "live": (("--trainables", "mnist-convnet", *SEARCHERS, *SCHEDULERS, "--repetitions", "10"),),
}


def foretold(words: Sequence[str], curves: Path) -> tuple[float, int]:
    """Return the seconds that the outlook gives a run, in all, and the number of its experiments."""
    args = run_parser().parse_args(list(words))
    every = list(asked_grid(args).experiments())
    to_run = [e for e in every if answer_by_rule(e) is None]
    cpus = args.num_cpus or available_cpus()
    estimate, _ = foreseen(to_run, cpus, args.jobs, args.data_dir, curves)
    return estimate.seconds if isinstance(estimate, Outlook) else estimate.total_s(cpus), len(every)


def measured(engine: str, words: Sequence[str], out: Path) -> dict[str, Any]:
    """Return what was predicted of a run and how long it took; kept in a file of ``out``."""
    options = ["--engine", engine, *words]
    name = f"{engine}-{'-'.join(word for word in words if not word.startswith('--'))}"[:100]
    kept, folder = out / f"{name}.json", out / name
    if kept.is_file():
        return dict(json.loads(kept.read_text()))
    shutil.rmtree(folder, ignore_errors=True)  # of a measurement that was cut off
    start, experiments = foretold(options, folder / "curves")
    command = [sys.executable, "-m", "benchmarks.run", "--grid", *options, "--no-figures"]
    began, told = time.monotonic(), list[tuple[float, float, int]]()
    with (out / f"{name}.log").open("w") as log:
        run = subprocess.Popen([*command, "--out", str(out), "--name", name], stdout=log, stderr=log)
        while run.poll() is None:
            time.sleep(EVERY_S)
            moment = under_way(folder)
            if moment is not None and moment.seconds_left is not None:
                told.append((time.monotonic() - began, moment.seconds_left, moment.answered))
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {run.returncode}; see {out / name}.log")
    seconds = time.monotonic() - began
    found = {
        "asked": options,
        "experiments": experiments,
        "seconds": seconds,
        "start": start,
        "told": told,
    }
    replace_text(kept, json.dumps(found, indent=1) + "\n")
    return found


def ratio_at(case: dict[str, Any], share: float) -> float:
    """Return how many times as long the rest took as was predicted after a share of the experiments."""
    for moment, left, answered in case["told"]:
        if answered >= share * case["experiments"]:
            return float((case["seconds"] - moment) / left) if left > 0 else float("inf")
    return float("nan")


def table(cases: Sequence[dict[str, Any]]) -> list[str]:
    """Return the table as Markdown."""
    heads = ["at the start", *(f"after {share:.0%} of the experiments" for share in MOMENTS)]
    lines = [f"| run | it took, s | {' | '.join(heads)} |", "|---|---|" + "---|" * len(heads)]
    off, counted = 0, 0
    for found in cases:
        ratios = [found["seconds"] / found["start"], *(ratio_at(found, share) for share in MOMENTS)]
        counted += len(ratios)
        off += sum(not 1 - WITHIN <= ratio <= 1 / (1 - WITHIN) for ratio in ratios)
        shown = " | ".join(significant(ratio, 2) for ratio in ratios)
        lines.append(f"| `{' '.join(found['asked'])}` | {found['seconds']:.0f} | {shown} |")
    return [
        *lines,
        "",
        f"How many times as long the run, or its rest, took as was predicted; {counted - off} of {counted} "
        f"predictions are right within {WITHIN:.0%}.",
    ]


def main() -> None:
    """Measure, print the table, and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", choices=list(GRIDS), default=list(GRIDS))
    parser.add_argument("--out", type=Path, default=Path("runs/estimates"))
    parser.add_argument("--small", action="store_true", help="one tiny grid, to try the script")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tiny = (("--trainables", "digits-mlp", *SMALL, "--repetitions", "3"),)
    cases = [
        measured(engine, words, args.out)
        for engine in args.engines
        for words in (tiny if args.small else GRIDS[engine])
    ]
    text = "\n".join(table(cases))
    print(text)
    if args.write:
        write_section(PAGE, SECTION, text)


if __name__ == "__main__":
    main()
