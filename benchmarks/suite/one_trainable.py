"""Options that name one trainable: a registered one, one in a file, or a command line."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from benchmarks.suite.grid_options import COMMAND, OWN, asked_grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import run_parser
from benchmarks.suite.registry import TRAINABLES

#: Metavar and help by the name of an option.
Named = Mapping[str, tuple[str, str]]
PROGRAMS: Named = {**OWN, **COMMAND}


def add_trainable(parser: argparse.ArgumentParser, options: Named = OWN, *, optional: bool = False) -> None:
    """Add the trainable, which may be left out if optional or for a command line, and what it may lack."""
    parser.add_argument(
        "trainable",
        nargs="?" if optional or "command" in options else None,
        metavar="TRAINABLE",
        help="one trainable, as tunegrid run takes it: a name (tunegrid list trainables), or FILE:NAME",
    )
    for name, (metavar, meaning) in options.items():
        parser.add_argument(f"--{name.replace('_', '-')}", metavar=metavar, help=meaning)


def words_of(args: argparse.Namespace) -> list[str]:
    """Return the words that name the trainable, for the parser of a run.

    Raises:
        Misuse: if nothing is named.
    """
    words = ["--trainable", args.trainable] if args.trainable else []
    for name in PROGRAMS:
        value = getattr(args, name, None)
        words += [f"--{name.replace('_', '-')}={value}"] if value is not None else []
    if not args.trainable and not getattr(args, "command", None):
        raise Misuse("nothing is named; give a trainable such as train.py:train_fn, or --command 'CMD'")
    return words


def named(args: argparse.Namespace, prog: str) -> str:
    """Return the name under which the trainable is registered.

    Raises:
        Misuse: if there is none, or several are named.
    """
    grid = asked_grid(run_parser(prog).parse_args(words_of(args)))
    names = TRAINABLES.select(list(grid.trainables))
    if len(names) > 1:
        raise Misuse(f"{args.trainable} registers {', '.join(names)}; name one: FILE:NAME")
    return names[0]
