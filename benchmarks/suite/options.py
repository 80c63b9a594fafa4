"""Options of ``benchmarks.run``: its parser, and the conditions of a run."""

from __future__ import annotations

import argparse
import re
from datetime import datetime
from pathlib import Path

from benchmarks.core.errors import DataError
from benchmarks.core.refusal import SpecError, shown
from benchmarks.suite.cluster_options import add_cluster, check_cluster_options
from benchmarks.suite.engines import DEFAULT_BYTES
from benchmarks.suite.grid_options import add_grid_options, integer
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import UnknownName
from results.arguments import add_jobs
from results.parser import Parser
from results.prices import amount, prices
from results.quantities import duration, positive_duration, size

PROG = "python -m benchmarks.run"
RUN, LIST = "tunegrid run", "tunegrid list"
#: Errors of this package that are one line for the user.
REFUSALS = (Misuse, UnknownName, SpecError, DataError)
CONDITIONS = (
    *("out", "timeout", "stall", "num_cpus", "num_gpus", "jobs", "actor_pool", "data_dir"),
    *("tensorboard", "no_figures", "accept_changes", "curves", "keep_checkpoints", "max_time", "notify"),
    *("max_cost", "quiet", "verbose", "json_lines", "address", "placement", "accelerator"),
    *("mixed_versions", "storage"),
)
MOST_PROCESSORS = 100_000  # of a cluster


def parser(prog: str = PROG) -> Parser:
    """Return the parser of ``python -m benchmarks.run``, which runs a grid or shows what there is."""
    p = Parser(prog, "Run every search algorithm with every trial scheduler through Ray Tune.")
    what = p.add_mutually_exclusive_group(required=True)
    what.add_argument("--grid", action="store_true", help="run a grid of experiments")
    what.add_argument(
        "--list",
        nargs="*",
        metavar="NAME",
        help="show what is registered and what can be combined; or the searchers, schedulers or trainables "
        "that match a glob; or a part with its options",
    )
    _add_run_options(p)
    p.add_argument("--json", action="store_true", help="with --list: print it as JSON")
    p.add_argument("--features", action="store_true", help="with --list tasks: what the tasks are like")
    p.set_defaults(invoked=f"{prog} --grid")
    return p


def run_parser(prog: str = RUN, kind: type[Parser] = Parser) -> Parser:
    """Return the parser of ``tunegrid run``, and of ``tunegrid.run``, which has a kind of its own."""
    p = kind(prog, "Run every search algorithm with every trial scheduler through Ray Tune.")
    _add_run_options(p)
    p.set_defaults(invoked=prog)
    return p


def list_parser(prog: str = LIST) -> Parser:
    """Return the parser of ``tunegrid list``."""
    p = Parser(prog, "Show what is registered and what can be combined; or a part with its options.")
    p.add_argument(
        "list",
        nargs="*",
        metavar="NAME",
        help="searchers, schedulers, trainables or tasks, and globs of them; or names or globs of any parts, "
        "or files that hold them (default: what can be combined, and what there is)",
    )
    p.add_argument("--json", action="store_true", help="print it as JSON")
    p.add_argument(
        "--features",
        action="store_true",
        help="with tasks: what they are like, a line each: dimensions, noise, cost, what early epochs tell",
    )
    return p


def _add_run_options(p: Parser) -> None:
    """Add what shapes a run; grid options default to None, so that a preset or a spec file can speak."""
    add_grid_options(p)
    _conditions(p)
    p.set_defaults(call=None)  # in Python: how a call that resumes the run is written
    p.set_defaults(constants=True)  # measured constants are used, or missed


def _conditions(p: argparse.ArgumentParser) -> None:
    c = p.add_argument_group("conditions", "how it is run; results do not depend on these, times may")
    c.add_argument("--name", metavar="NAME", help="name of the run (default: date and time)")
    c.add_argument(
        "--out", type=Path, default=Path("runs"), metavar="DIR", help="where to write the folder of the run"
    )
    c.add_argument("--resume", action="store_true", help="finish the run of that --name")
    c.add_argument("--retry", action="store_true", help="with --resume: run again what did not end ok")
    c.add_argument(
        "--accept-changes",
        action="store_true",
        help="with --resume: go on though a trainable, searcher or scheduler is another than before",
    )
    c.add_argument(
        "--check",
        action=argparse.BooleanOptionalAction,
        help="first train an epoch or two of each trainable (default: of those in files that have no results "
        "in the run)",
    )
    c.add_argument("--dry-run", action="store_true", help="show the experiments and an estimate; run nothing")
    _add_screen(c)
    _add_times(c)
    c.add_argument("--num-cpus", type=integer, metavar="N", help="CPUs to use (default: all)")
    c.add_argument("--num-gpus", type=integer, metavar="N", help="GPUs to use (default: all)")
    add_jobs(c, "experiments", "as many as fit the CPUs")
    c.add_argument("--actor-pool", choices=("on", "off"), default="on", help="off: plain Tuner.fit, slower")
    c.add_argument("--data-dir", metavar="DIR", help="where the full data lies (default: download it)")
    c.add_argument(
        "--tensorboard", action="store_true", help="keep Tune's TensorBoard logs in the run folder"
    )
    _add_curves(c)
    add_cluster(c)
    c.add_argument("--no-figures", action="store_true", help="draw no figures at the end")


def _add_screen(c: argparse._ArgumentGroup) -> None:
    """Add how much is shown of a run, and in which form."""
    screen = c.add_mutually_exclusive_group()
    screen.add_argument(
        "--quiet", action="store_true", help="show only what has no result, and the last lines"
    )
    screen.add_argument(
        "--verbose",
        action="store_true",
        help="show also what is answered without a run; with --dry-run: each experiment",
    )
    screen.add_argument(
        "--json-lines",
        action="store_true",
        help="print a JSON object on a line for each event: an experiment has begun or ended, the run has "
        "finished (docs/running.md)",
    )


def _add_times(c: argparse._ArgumentGroup) -> None:
    """Add the limits of time, and who hears of the end."""
    c.add_argument(
        "--timeout",
        type=duration,
        default=1800.0,
        metavar="TIME",
        help="most time for an experiment, such as 2h",
    )
    c.add_argument(
        "--stall",
        type=duration,
        default=300.0,
        metavar="TIME",
        help="most time without a new result, such as 90s",
    )
    c.add_argument(
        "--max-time",
        type=positive_duration,
        metavar="TIME",
        help="end the run after TIME, such as 8h: whole repetitions come first, --resume goes on (default: "
        "no limit)",
    )
    c.add_argument(
        "--max-cost",
        type=amount,
        metavar="COST",
        help="end the run, as --max-time does, when it has cost COST: hours of processors or GPUs, such as "
        "40cpuh or 3gpuh, or with prices an amount of money, such as 25 (default: no limit)",
    )
    c.add_argument(
        "--prices",
        type=prices,
        metavar="PRICES",
        help="prices of an hour of one processor and of one GPU, as cpu=0.05,gpu=2.5,currency=EUR; a spec "
        "file has them in [prices] (default: those of the resumed run, or none)",
    )
    c.add_argument(
        "--notify",
        metavar="CMD",
        help="a command to run at the first failure and at the end; TUNEGRID_EVENT, TUNEGRID_RUN and "
        "TUNEGRID_SUMMARY tell it what has happened",
    )


def _add_curves(c: argparse._ArgumentGroup) -> None:
    """Add what the engine ``live`` does with its curves."""
    c.add_argument(
        "--curves",
        type=Path,
        metavar="DIR",
        help="--engine live: folder of trained curves, which several runs may share (default: in the run's)",
    )
    c.add_argument(
        "--keep-checkpoints",
        type=size,
        default=DEFAULT_BYTES,
        metavar="SIZE",
        help="--engine live: most room for checkpoints of its curves, such as 500MB (default: 10GiB)",
    )
    c.add_argument(
        "--recost",
        type=integer,
        metavar="N",
        help="--engine live: first train N epochs of known curves again, on an idle machine, and rescale the "
        "seconds of all by what they take (default: seconds as they were)",
    )


def check_conditions(args: argparse.Namespace) -> None:
    """Raise Misuse for numbers that make no sense."""
    for name in ("timeout", "stall"):
        if not getattr(args, name) > 0:  # NaN neither
            raise Misuse(f"--{name} is {getattr(args, name):g}; give seconds above 0")
    for name, least in (("num_cpus", 1), ("num_gpus", 0), ("jobs", 0), ("recost", 1)):
        value = getattr(args, name)
        if value is None:
            continue
        if value < least:
            raise Misuse(f"--{name.replace('_', '-')} is {shown(value)}; it must be at least {least}")
        if value > MOST_PROCESSORS:
            raise Misuse(
                f"--{name.replace('_', '-')} is {shown(value)}; it must be at most {MOST_PROCESSORS:,}"
            )
    check_cluster_options(args)
    if args.json_lines and args.dry_run:
        raise Misuse("--json-lines shows the events of a run, and --dry-run runs nothing; leave one out")
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
