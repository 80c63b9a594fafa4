"""Measurement of whether the engines ``live`` and ``tune`` give the same rows, to the last bit.

    python -m scripts.measure_live_equality [--parts GLOB ...] [--device gpu] [--write [FILE]]

Both engines run the combinations whose decisions do not hang on races: with one worker all of them, with
two those of searchers that do not learn and schedulers that wait for the slowest.  Every column of the three
tables is compared but for times, memory and names of runs.  Where that differs, they are compared once more
without the order of arrival, and without what a result was followed by (who comes last to a rung goes on at
once, the others are paused).  A difference that is left is looked at again: where a second run on ``tune``
differs from the first one as well, it is a race.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd

import results
from results.arguments import add_page
from results.files import replace_text
from results.parser import Parser
from scripts.measure_live import DEVICE

PROG = "python -m scripts.measure_live_equality"
PAGE = Path("docs/live-equality.md")
HERE = Path(__file__).parent
Cells = Mapping[str, Mapping[str, pd.DataFrame]]  # tables by combination and name
BY = ("trainable", "searcher", "scheduler", "repetition")
TABLES = ("experiments", "trials", "results")
#: Columns that are no outcome: names of the run, times, memory, and what one engine alone has.
LEFT_OUT = {
    "experiments": {"key", "run", "engine", "started_at", "environment", "concurrency", "checkpoint"}
    | {"epochs_trained", "differs", "driver_peak_mb", "worker_peak_mb", "busy", "stretch", "recost"},
    "trials": {"key", "run", "started", "ended"},
    "results": {"key", "run", "clock", "cost"},
}
ORDER = {"seq", "decision"}
COLUMNS = (
    *("task", "workers", "combinations", "not ok", "results"),
    *("equal", "but for the order", "by seconds", "races", "not"),
)
STILL = ("random", "random-2x", "grid", "sobol", "optuna-qmc", "centre")
#: Schedulers that decide by the measured seconds of an epoch, which no two runs share.
BY_SECONDS = ("asha-cost",)
IN_STEP = ("fifo", "hyperband", "hb-bohb", "sha", "one-epoch")


@dataclass(frozen=True)
class EnginePair:
    """Combinations that are run on both engines by one command each."""

    name: str
    options: tuple[str, ...]
    workers: int = 1
    plugin: bool = False  # trainables of ``tests/plugin``


def parts() -> list[EnginePair]:
    """Return what is compared."""
    step = ("--searchers", *STILL, "--schedulers", *IN_STEP)
    own = ("--searchers", "random", "optuna-tpe", "--schedulers", "fifo", "asha", "median", "hyperband")
    population = ("--searchers", "random", "--schedulers", "*pbt*", "pb2", "asha-promote", "sha")
    found = []
    for task, size in (("digits-mlp", "0"), ("mnist-convnet", "500"), ("mnist-wide", "500")):
        options = ("--trainables", task, "--train-size", size)
        if task != "mnist-wide":
            found.append(EnginePair(f"{task}, all combinations", options))
        found.append(EnginePair(f"{task}, in step", (*options, *step), workers=2))
    found.append(
        EnginePair("mnist-wide, a conditional space", ("--trainables", "mnist-wide", *size_of(500), *own))
    )
    found.append(EnginePair("function", ("--trainables", "function", *size_of(0), *own), plugin=True))
    for name in ("function-saves", "free"):
        options = ("--trainables", name, *size_of(0))
        found.append(EnginePair(f"{name}, a population", (*options, *population), plugin=True))
        found.append(EnginePair(name, (*options, *own), plugin=True))
    found.append(
        EnginePair("raises at epoch 2", ("--trainables", "raises", "nan", *size_of(0), *own), plugin=True)
    )
    return found


def size_of(examples: int) -> tuple[str, str]:
    """Return the option for a number of training examples."""
    return "--train-size", str(examples)


@dataclass
class Compared:
    """The comparison of a part.

    Attributes:
        experiments, rows: compared.
        order: combinations that differ in the order of arrival alone.
        by_seconds: combinations that differ, of schedulers that decide by seconds.
        races: other combinations that differ on ``tune`` itself.
        differences: by combination, the first one in words.
    """

    part: EnginePair
    experiments: int = 0
    rows: int = 0
    unanswered: int = 0
    order: list[str] = field(default_factory=list)
    by_seconds: list[str] = field(default_factory=list)
    races: list[str] = field(default_factory=list)
    differences: dict[str, str] = field(default_factory=dict)


def run(part: EnginePair, engine: str, folder: Path, again: int = 0) -> results.Run:
    """Run a part on an engine, and return its tables."""
    name = f"{part.name.replace(', ', '-').replace(' ', '-')}-{engine}-{again}"
    path = [str(HERE.parent), *([str(HERE.parent / "tests" / "plugin")] if part.plugin else [])]
    inherited = os.environ.get("PYTHONPATH")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*path, *([inherited] if inherited else [])])}
    command = [sys.executable, "-m", "benchmarks.run", "--grid", "--engine", engine, "--out", str(folder)]
    command += ["--name", name, "--no-figures", "--workers", str(part.workers), *part.options]
    command += ["--resume"] if (folder / name).exists() else []
    print(" ".join(command[1:]), file=sys.stderr, flush=True)
    ended = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    print(ended.stdout[-2000:], file=sys.stderr, flush=True)
    return results.load(folder / name)


def cells(run: results.Run) -> dict[str, dict[str, pd.DataFrame]]:
    """Return the tables of each experiment by its combination."""
    grouped = {name: dict(iter(getattr(run, name).groupby("key"))) for name in TABLES}
    found = {}
    for _, row in run.experiments.iterrows():
        if row["status"] != "incompatible":
            name = " x ".join(str(row[column]) for column in BY[:3]) + f" #{row['repetition']}"
            found[name] = {t: by_key.get(row["key"], pd.DataFrame()) for t, by_key in grouped.items()}
    return found


def outcome(table: str, rows: pd.DataFrame, ordered: bool) -> pd.DataFrame:
    """Return the columns of a table that are no times; without the order of arrival unless ``ordered``."""
    gone = {name for name in rows.columns if name in LEFT_OUT[table] or name.endswith("_s")}
    if table == "results" and not ordered:
        gone |= ORDER & set(rows.columns)
    order = [name for name in ("number", "trial_id", "seq", "epoch") if name in rows and name not in gone]
    left = rows.drop(columns=sorted(gone))
    return (left.sort_values(order, kind="stable") if order else left).reset_index(drop=True)


def difference(one: Mapping[str, pd.DataFrame], other: Mapping[str, pd.DataFrame], ordered: bool) -> str:
    """Return the first difference between two experiments' tables; "" if there is none."""
    for table in TABLES:
        a, b = (outcome(table, tables[table], ordered) for tables in (one, other))
        if len(a) != len(b):
            return f"{len(a)} rows of {table}, and {len(b)}"
        for column in sorted({*a.columns, *b.columns}):
            pairs = zip(values(a, column), values(b, column), strict=True)
            unequal = [(x, y) for x, y in pairs if not same(x, y)]
            if unequal:
                x, y = unequal[0]
                return f"{len(unequal)} of {len(a)} in {table}.{column}, first {x!r} and {y!r}"
    return ""


def values(rows: pd.DataFrame, column: str) -> list[object]:
    """Return a column's values; all are missing where there is none."""
    return rows[column].tolist() if column in rows else [None] * len(rows)


def same(one: object, other: object) -> bool:
    """Tell whether two stored values are the same, to the last bit; missing ones are."""
    return repr(one) == repr(other) or (missing(one) and missing(other))


def missing(value: object) -> bool:
    """Tell whether a stored value is null or NaN."""
    return value is None or value != value


def compare(part: EnginePair, folder: Path) -> Compared:
    """Run a part on both engines, where they differ on ``tune`` once more, and compare."""
    tune, live = (cells(run(part, engine, folder)) for engine in ("tune", "live"))
    compared = Compared(part, len(tune), sum(len(tables["results"]) for tables in tune.values()))
    names = sorted({*tune, *live})
    compared.order = [name for name in names if unlike(tune, live, name, ordered=True)]
    found = {name: why for name in compared.order if (why := unlike(tune, live, name))}
    compared.order = [name for name in compared.order if name not in found]
    schedulers = {name: tables["experiments"]["scheduler"].iloc[0] for name, tables in (live | tune).items()}
    compared.by_seconds = [name for name in found if schedulers[name] in BY_SECONDS]
    found = {name: why for name, why in found.items() if name not in compared.by_seconds}
    if found:
        again = cells(run(part, "tune", folder, again=1))
        for name, why in found.items():
            if unlike(tune, again, name):
                compared.races.append(name)
            else:
                compared.differences[name] = why
    compared.unanswered = sum(tables["experiments"]["status"].iloc[0] != "ok" for tables in tune.values())
    return compared


def unlike(one: Cells, other: Cells, name: str, ordered: bool = False) -> str:
    """Return how a combination differs in two runs."""
    if name not in one or name not in other:
        return f"only in the {'second' if name in other else 'first'}"
    return difference(one[name], other[name], ordered)


def page(compared: Sequence[Compared], command: str, device: str) -> str:
    """Return the page in Markdown."""
    lines = [
        "# Equal rows on the engines `live` and `tune`",
        "",
        f"Written on {date.today().isoformat()} by `{command}`.",
        "",
        f"Both engines ran these combinations on a {device.upper()} (8 trials of at most 9 epochs): with",
        "one worker all searchers and schedulers, with two the searchers that do not learn, under schedulers",
        "that wait for the slowest.  All columns of experiments, trials and results are compared, to the",
        "last bit, but for times, memory and names.",
        "",
        "* Equal but for the order: every trial has the same configuration, epochs and values, but results",
        "  came in another order, or another trial was the last one at a rung.  Ray takes time to pause a",
        "  trial, and may begin the next one before a paused one can go on; the virtual clock takes none.",
        f"* By seconds: {', '.join(f'`{name}`' for name in BY_SECONDS)} decides by measured seconds,",
        "  which no two runs share.",
        "* Races: a second run on `tune` differs from the first one too.",
        "",
        f"| {' | '.join(COLUMNS)} |",
        f"{'|---' * len(COLUMNS)}|",
    ]
    for c in compared:
        other = (len(c.order), len(c.by_seconds), len(c.races), len(c.differences))
        equal = c.experiments - sum(other)
        figures = (c.part.workers, c.experiments, c.unanswered, f"{c.rows:,}", equal, *other)
        lines.append(f"| {' | '.join(map(str, (c.part.name, *figures)))} |")
    lines += ["", "## Races", "", *([f"* {name}" for c in compared for name in c.races] or ["* none"])]
    unequal = [f"* {name}: {why}" for c in compared for name, why in c.differences.items()]
    lines += ["", "## Differences", "", *(unequal or ["* none"])]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, print and write; 0 if all is equal."""
    p = Parser(PROG, "Compare the rows of the engines live and tune.", "Exit code: 0 all equal, 1 not.")
    p.add_argument("--parts", nargs="+", default=["*"], metavar="GLOB", help="what is compared")
    p.add_argument("--device", choices=list(DEVICE), default="cpu", help="where trials train")
    p.add_argument("--folder", type=Path, help="keep the runs there")
    add_page(p, PAGE)
    args = p.parse_args(arguments)
    asked = [
        replace(part, options=(*part.options, *DEVICE[args.device]))
        for part in parts()
        if any(fnmatch(part.name, glob) for glob in args.parts)
    ]
    compared = []
    with tempfile.TemporaryDirectory() as scratch:
        for part in asked:
            compared.append(compare(part, args.folder or Path(scratch)))
            last = compared[-1]
            said = f"{part.name}: {last.differences}, {len(last.order)} in another order, races {last.races}"
            print(said, file=sys.stderr, flush=True)
    given = sys.argv[1:] if arguments is None else arguments
    text = page(compared, shlex.join([*PROG.split(), *given]), args.device)
    if args.write:
        replace_text(args.write, text)
    print(text)
    return int(any(c.differences for c in compared))


if __name__ == "__main__":
    sys.exit(main())
