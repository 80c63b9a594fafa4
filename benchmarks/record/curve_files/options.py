"""Options of ``record --from-csv``, and what they ask for."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.core.refusal import nearest, shown
from benchmarks.record.curve_files.complete import CHOICES, WantedTable
from benchmarks.record.curve_files.conversion import READERS, FileRequest
from benchmarks.suite.misuse import Misuse
from benchmarks.user_files import NotLoaded, module_of
from results.parser import NamesAction

#: Options that are fields of ``Roles`` -> metavar and help.
ROLES: Mapping[str, tuple[str, str]] = {
    "metric": ("NAME", ""),  # declared with the trainable's
    "mode": ("MODE", ""),
    "test_metric": ("NAME", "column of the metric on test data, which no searcher sees"),
    "epoch": ("NAME", "column of the epoch, or of another fidelity (default: epoch)"),
    "seed": ("NAME", "column that tells repeated trainings apart (default: one training each)"),
    "seconds": ("NAME", "column of the seconds of the epoch (default: 1 s an epoch)"),
    "clock": ("NAME", "column of the seconds since the trial began, in place of those of the epoch"),
    "source": ("TEXT", "where the data come from, and their licence; it is kept with the table"),
}
#: Options that a recording alone has, and those that a file alone has.
RECORDING = (
    *("configs", "data", "train_size", "data_dir", "device", "jobs", "address", "block", "one_by_one"),
)
OF_FILES = (
    *(name for name, (_, meaning) in ROLES.items() if meaning),
    *("layout", "dataset", "first_epoch", "levels", "divide_by", "parameters", "ignore", "missing"),
)


def _divisor(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a number above 0")
    return value


def _first(text: str) -> int:
    if not text.lstrip("-").isdecimal():
        raise argparse.ArgumentTypeError(f"{shown(text)} is not a whole number")
    return int(text)


def add_curve_file(parser: argparse.ArgumentParser) -> None:
    """Add the options of a table that is made of a file."""
    group = parser.add_argument_group(
        "from a file", "a table of learning curves that you have; TRAINABLE is then the name of the new task"
    )
    group.add_argument(
        *("--from-csv", "--from-file"), dest="file", type=Path, metavar="FILE", help="file of learning curves"
    )
    group.add_argument("--layout", choices=sorted(READERS), default="csv", help="how the file is laid out")
    group.add_argument("--dataset", metavar="NAME", help="data set or task, of a file that has several")
    for name, (metavar, meaning) in ROLES.items():
        if meaning:
            column = name in ("epoch", "seed", "seconds", "clock")
            option = name.replace("_", "-") + ("-column" if column else "")
            group.add_argument(f"--{option}", dest=name, metavar=metavar, help=meaning)
    group.add_argument(
        "--first-epoch", type=_first, metavar="N", help="what the file calls the first epoch (default: 1)"
    )
    group.add_argument(
        "--levels",
        action="store_true",
        help="take the sorted distinct values of the epoch column as epochs 1, 2, ...",
    )
    group.add_argument(
        "--divide-by",
        type=_divisor,
        metavar="X",
        help="divide metric and test metric by X, such as 100 (default: 1)",
    )
    group.add_argument(
        "--parameters",
        action=NamesAction,
        metavar="NAME",
        help="columns that are hyperparameters (default: all others)",
    )
    group.add_argument(
        "--ignore",
        action=NamesAction,
        metavar="NAME",
        default=[],
        help="columns that are left out (default: none)",
    )
    group.add_argument(
        "--missing",
        choices=CHOICES,
        default="error",
        help="what becomes of epochs, values and seeds that are missing: an error that names the row, "
        "filled, their configurations dropped, or taken as diverged (default: error)",
    )


def check_kind(args: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    """Check that no option of a recording is given with a file, and none of a file with a recording.

    Raises:
        Misuse: naming the first one.
    """
    others = RECORDING if args.file is not None else OF_FILES
    for name in others:
        if getattr(args, name) != parser.get_default(name):
            option = next(o for a in parser._actions if a.dest == name for o in a.option_strings[:1])
            raise Misuse(
                f"{option} is given, and a file has been recorded already; leave it out"
                if args.file is not None
                else f"{option} is given without a file of learning curves; give one with --from-csv"
            )


def requested(args: argparse.Namespace) -> FileRequest:
    """Return what the options ask for.

    Raises:
        Misuse: if they contradict each other, or the space is none.
    """
    if args.mode not in (None, "min", "max"):
        raise Misuse(f"--mode is {shown(args.mode)}; give min or max")
    if args.seconds and args.clock:
        raise Misuse("--seconds-column and --clock-column are given; one says how long an epoch takes")
    if args.space and args.parameters:
        raise Misuse("--space and --parameters are given; the space names the hyperparameters")
    roles = {name: getattr(args, name) for name in ROLES if getattr(args, name) is not None}
    if args.seconds:
        roles["clock"] = ""
    if args.clock:
        roles["seconds"] = ""
    roles |= {
        name: getattr(args, name) for name in ("first_epoch", "divide_by") if getattr(args, name) is not None
    }
    if args.levels:
        roles["levels"] = True
    return FileRequest(
        path=args.file,
        layout=args.layout,
        dataset=args.dataset,
        roles=roles,
        space=_space(args.space) if args.space else None,
        parameters=args.parameters,
        ignored=args.ignore,
        wanted=WantedTable(args.epochs, args.seeds, args.missing),
    )


def _space(text: str) -> dict[str, Any]:
    """Return the space that FILE:NAME or MODULE:NAME holds."""
    from benchmarks.spaces.acceptance import accepted

    where, _, name = text.rpartition(":")
    if not where:
        raise Misuse(f"--space is {shown(text)}; expected FILE:NAME, such as space.py:SPACE")
    try:
        module = module_of(str(Path(where).absolute()) if where.endswith(".py") else where)
    except NotLoaded as error:
        raise Misuse(f"--space: {error}") from error
    if not hasattr(module, name):
        raise Misuse(f"--space: {where} has no {name}; {nearest(name, list(vars(module)))}")
    space = getattr(module, name)
    try:
        return accepted(space() if callable(space) else space)
    except ValueError as error:
        raise Misuse(f"--space: {name} {error}") from error
