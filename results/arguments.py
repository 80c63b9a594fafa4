"""The options that several commands share: one declaration, and so one meaning, of each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from results.errors import ResultsError
from results.parser import NamesAction
from results.quantities import whole


class Options(Protocol):
    """A parser, or a group of its options."""

    @property
    def add_argument(self) -> Callable[..., Any]:
        """Add an option."""


def add_runs(parser: Options, nargs: str = "+") -> None:
    """Add the positional arguments ``runs``."""
    parser.add_argument(
        "runs",
        nargs=nargs,
        type=Path,
        metavar="RUN",
        help="run folder, such as runs/NAME; several are shown as one, or side by side if they ran the same",
    )


def add_globs(parser: Options, kinds: tuple[str, ...], default: list[str] | None = None) -> None:
    """Add ``--searchers`` and its like, each with names or globs that a comma or a blank separates."""
    for kind in kinds:
        parser.add_argument(
            f"--{kind}",
            action=NamesAction,
            metavar="GLOB",
            default=default,
            help=f"only these {kind}: names or globs, with a comma or a blank between (default: all)",
        )


def add_jobs(parser: Options, what: str, usual: str) -> None:
    """Add ``--jobs``: how many of ``what`` at the same time; 0, the default, is ``usual``."""
    parser.add_argument(
        "--jobs",
        type=whole(0),
        default=0,
        metavar="N",
        help=f"{what} at the same time; 0: {usual} (default: 0)",
    )


def add_forms(parser: argparse.ArgumentParser, what: str, *, csv: str = "") -> None:
    """Add ``--json``, and ``--csv`` if that is possible: print ``what`` so, in place of text for people."""
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help=f"print {what} as JSON")
    if csv:
        forms.add_argument("--csv", action="store_true", help=f"print {csv} as CSV")


def add_top(parser: Options, least: int, default: int, what: str) -> None:
    """Add ``--top``: how many of ``what`` are shown."""
    parser.add_argument("--top", type=whole(least), default=default, metavar="N", help=what)


def folder_of(options: argparse.Namespace, name: str) -> Path:
    """Return ``--out``, or the folder ``name`` of the run if there is one run.

    Raises:
        ResultsError: if there are several runs and no ``--out``.
    """
    if options.out is not None:
        return Path(options.out)
    if len(options.runs) > 1:
        raise ResultsError(f"{len(options.runs)} runs have no folder of their own; say where with --out")
    return Path(options.runs[0]) / name


def add_page(parser: Options, page: Path) -> None:
    """Add ``--write [FILE]``, which writes a command's page of the documentation."""
    parser.add_argument(
        "--write",
        nargs="?",
        type=Path,
        const=page,
        metavar="FILE",
        help=f"write the page (default: not written; without FILE: {page})",
    )
