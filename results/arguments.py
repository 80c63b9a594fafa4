"""What the commands that read results have in common."""

from __future__ import annotations

import argparse
import errno
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import NoReturn

from results.console import console, refusal
from results.errors import ResultsError
from results.files import NotWritten

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Parser(argparse.ArgumentParser):
    """argparse that says what is wrong in one line, with exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"error: {message}\n")


def command(main: Callable[[Sequence[str] | None], int]) -> Callable[..., int]:
    """Make what a user can mend one line on stderr and exit code 2, or 1 for a file that cannot be written.

    A traceback is for our own mistakes.
    """

    @wraps(main)
    def guarded(arguments: Sequence[str] | None = None) -> int:
        try:
            return main(arguments)
        except NotWritten as error:  # no misuse: there is no room, or no permission
            code, message = 1, refusal(error)
        except ResultsError as error:
            code, message = 2, str(error)
        except OSError as error:
            code, message = 2, refusal(error)
        print(f"error: {message}", file=sys.stderr)
        return code

    return console(guarded)


def add_runs(parser: argparse.ArgumentParser) -> None:
    """Add the positional arguments ``runs``."""
    parser.add_argument(
        "runs",
        nargs="+",
        type=Path,
        metavar="RUN",
        help="run folder, such as runs/NAME; several are shown as one, or side by side if they ran the same",
    )


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
