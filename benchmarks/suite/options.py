"""What the command line takes, and what it makes of it."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from benchmarks.core.refusal import one_line, shown
from benchmarks.suite.grid import CHOICES, OPTIONS, PRESETS, Grid, Misuse, read
from results.machine import available_cpus
from results.store.schema import UNBOUNDED_TRIALS

GRID_OPTIONS = tuple(field.name for field in fields(Grid))
CONDITIONS = (
    *("out", "timeout", "stall", "num_cpus", "num_gpus", "jobs", "actor_pool", "data_dir"),
    *("tensorboard", "no_figures", "accept_changes"),
)
MOST_PROCESSORS = 100_000  # of a cluster
NAMES = ("trainables", "searchers", "schedulers")


class Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {one_line(message)}\n")


def integer(text: str) -> int:
    """Return the number that is written; argparse shows what is wrong with it."""
    try:
        return int(text)
    except ValueError:  # no number, or one of thousands of digits
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is no whole number, or far too large a one"
        ) from None


def parser() -> argparse.ArgumentParser:
    """Return the parser; grid options default to None, so that a preset or a spec file can speak."""
    p = Parser(
        prog="python -m benchmarks.run",
        description="Run every search algorithm with every trial scheduler through Ray Tune.",
    )
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument("--grid", action="store_true", help="run a grid of experiments")
    what.add_argument("--list", action="store_true", help="show what is registered and what can be combined")
    g = p.add_argument_group("grid", "what is run; names are globs, a comma or a blank separates them")
    g.add_argument("--preset", choices=sorted(PRESETS), help="where the values start from (default: quick)")
    g.add_argument("--spec", type=Path, metavar="FILE", help="TOML file with any of the values below")
    g.add_argument("--trainables", nargs="+", metavar="GLOB")
    g.add_argument("--searchers", nargs="+", metavar="GLOB")
    g.add_argument("--schedulers", nargs="+", metavar="GLOB")
    g.add_argument("--device", choices=("cpu", "gpu", "all"))
    g.add_argument(
        "--trials",
        type=integer,
        metavar="N",
        help="configurations of an experiment; 0, or only --time-budget: as many as fit, at most "
        f"{UNBOUNDED_TRIALS:,} (what must know their number, as a population, has {PRESETS['quick'].trials})",
    )
    g.add_argument("--epochs", type=integer, metavar="N", help="the most epochs of a trial")
    g.add_argument("--workers", type=integer, metavar="N", help="trials that train at the same time")
    g.add_argument("--repetitions", type=integer, metavar="N", help="how often, with other seeds")
    g.add_argument("--data", metavar="NAME", help="subset (shipped, default) or full")
    g.add_argument(
        "--train-size", type=integer, metavar="N", help="at most so many training examples; 0 = all"
    )
    g.add_argument("--gpus-per-trial", type=float, metavar="X", help="share of a GPU for each trial")
    g.add_argument(
        "--same-start", type=integer, metavar="K", help="start all searchers from the same K configurations"
    )
    g.add_argument(
        "--max-failures",
        type=integer,
        metavar="N",
        help="times that a failed trial is tried again; -1 = always",
    )
    g.add_argument(
        "--time-budget",
        type=float,
        metavar="S",
        help="end an experiment after S seconds on its clock; without --trials these alone decide",
    )
    _virtual_options(p)
    _conditions(p)
    p.add_argument("--json", action="store_true", help="with --list: as JSON")
    return p


def _virtual_options(p: argparse.ArgumentParser) -> None:
    v = p.add_argument_group("virtual engine", "Tune on a virtual clock, on learning curves, without Ray")
    v.add_argument("--engine", choices=CHOICES["engine"], help="tune: real training on Ray (default)")
    v.add_argument("--latency", choices=CHOICES["latency"], help="seconds that Tune's own steps take")
    v.add_argument(
        "--charge-overhead",
        choices=CHOICES["charge_overhead"],
        help="measured: a searcher's and a scheduler's thinking passes on the clock; runs then differ",
    )
    v.add_argument("--stragglers", type=float, metavar="S", help="epochs take 1 + |N(0, S)| times as long")
    v.add_argument("--drop-outs", type=float, metavar="P", help="chance a second that an epoch is lost")
    v.add_argument("--preemptions", type=float, metavar="P", help="chance a second that a worker leaves")
    v.add_argument("--speeds", metavar="X,Y", help="the workers' speeds in turn (default: 1)")


def _conditions(p: argparse.ArgumentParser) -> None:
    c = p.add_argument_group("conditions", "how it is run; results do not depend on these, times may")
    c.add_argument("--name", help="name of the run (default: date and time)")
    c.add_argument("--out", type=Path, default=Path("runs"), help="folder of run folders (default: runs)")
    c.add_argument("--resume", action="store_true", help="finish the run of that --name")
    c.add_argument("--retry", action="store_true", help="with --resume: run again what did not end ok")
    c.add_argument(
        "--accept-changes",
        action="store_true",
        help="with --resume: go on though a trainable, searcher or scheduler is another than before",
    )
    c.add_argument("--dry-run", action="store_true", help="show the experiments and an estimate; run nothing")
    c.add_argument("--timeout", type=float, default=1800.0, metavar="S", help="seconds for an experiment")
    c.add_argument("--stall", type=float, default=300.0, metavar="S", help="seconds without a new result")
    c.add_argument("--num-cpus", type=integer, metavar="N", help="CPUs to use (default: all)")
    c.add_argument("--num-gpus", type=integer, metavar="N", help="GPUs to use (default: all)")
    c.add_argument(
        "--jobs",
        type=integer,
        default=0,
        metavar="N",
        help="experiments at the same time (default: 0, as many as fit the CPUs)",
    )
    c.add_argument("--actor-pool", choices=("on", "off"), default="on", help="off: plain Tuner.fit, slower")
    c.add_argument("--data-dir", metavar="DIR", help="where the full data lies (default: download it)")
    c.add_argument(
        "--tensorboard", action="store_true", help="keep Tune's TensorBoard logs in the run folder"
    )
    c.add_argument("--no-figures", action="store_true", help="draw no figures at the end")


def check_conditions(args: argparse.Namespace) -> None:
    """Raise Misuse for numbers that make no sense."""
    for name in ("timeout", "stall"):
        if not getattr(args, name) > 0:  # NaN neither
            raise Misuse(f"--{name} is {getattr(args, name):g}; give seconds above 0")
    for name, least in (("num_cpus", 1), ("jobs", 0), ("num_gpus", 0)):
        value = getattr(args, name)
        if value is None:
            continue
        if value < least:
            what = (
                "give a number, or 0 for as many as fit" if name == "jobs" else f"it must be at least {least}"
            )
            raise Misuse(f"--{name.replace('_', '-')} is {shown(value)}; {what}")
        if value > MOST_PROCESSORS:
            raise Misuse(
                f"--{name.replace('_', '-')} is {shown(value)}; it must be at most {MOST_PROCESSORS:,}"
            )
    if args.resume and not args.name:
        raise Misuse("--resume needs the --name of the run that it is to finish")
    if args.retry and not args.resume:
        raise Misuse("--retry needs --resume: it runs again what a run has, and a new run has nothing")
    if args.accept_changes and not args.resume:
        raise Misuse("--accept-changes needs --resume: a new run has nothing that could have changed since")


def changed_conditions(args: argparse.Namespace) -> list[str]:
    """Return the options that say how a run is carried out, where they differ from their defaults."""
    words: list[str] = []
    defaults = parser()
    for option in CONDITIONS:
        value = getattr(args, option)
        if value != defaults.get_default(option):
            words += [f"--{option.replace('_', '-')}"] + ([] if value is True else [str(value)])
    return words


def run_folder(args: argparse.Namespace) -> Path:
    """Return the run's folder; its name must be a plain one."""
    name = args.name if args.name is not None else datetime.now().strftime("%Y%m%d-%H%M%S")
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name) or ".." in name:
        raise Misuse(f"run name {name!r} is not plain; use letters, digits, '-', '_' and '.', no '/' or '..'")
    return Path(args.out) / name


def asked_grid(args: argparse.Namespace, stored: Grid | None = None) -> Grid:
    """Return the grid that preset, spec file and options ask for, the later ones winning.

    What is not asked for is the stored run's when one is resumed, else the preset's, with no more workers
    than there are CPUs.
    """
    values = read(args.spec) if args.spec else {}
    chosen = args.preset or "preset" in values
    preset = values.pop("preset", "quick")
    preset = args.preset or preset
    if not isinstance(preset, str) or preset not in PRESETS:
        raise Misuse(f"{args.spec}: preset is {shown(preset)}; choose {', '.join(sorted(PRESETS))}")
    asked = args.preset or (args.spec and preset != "quick")
    grid = PRESETS[preset] if stored is None or asked else stored
    engine = args.engine or values.get("engine", grid.engine)
    if "workers" not in values and args.workers is None and engine == "tune":
        cpus = args.num_cpus or available_cpus()
        values["workers"] = stored.workers if stored else min(grid.workers, cpus)
    grid = grid.changed(values, str(args.spec))
    given = {name: getattr(args, name) for name in GRID_OPTIONS if getattr(args, name) is not None}
    for name in NAMES:
        if name in given:
            given[name] = [part for word in given[name] for part in word.split(",") if part]
    if "train_size" not in {**values, **given} and "data" in {**values, **given}:
        given["train_size"] = 0  # who names the data wants all of it
    if engine == "virtual" and stored is None and "train_size" not in {**values, **given}:
        given["train_size"] = 0  # the preset's size is for training, which nobody waits for here
    grid = grid.changed(given, OPTIONS)
    if grid.time_budget and stored is None and not chosen and "trials" not in {**values, **given}:
        return grid.changed({"trials": 0}, OPTIONS)  # as many as fit: nobody has said how many
    return grid
