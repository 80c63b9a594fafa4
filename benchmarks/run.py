"""The commands ``tunegrid run`` and ``list``, also as ``python -m benchmarks.run --grid`` and ``--list``."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence

from benchmarks.core.refusal import shown
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.options import LIST, PROG, REFUSALS, RUN, list_parser, parser, run_parser
from results.console import on_console
from results.parser import split_names


@on_console(PROG, *REFUSALS, unwritten=2)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run or list, and return the exit code; see ``run``."""
    args = parser(prog).parse_args(arguments)
    return show_list(args) if args.list is not None else run_grid(args)


@on_console(RUN, *REFUSALS, unwritten=2)
def run(arguments: Sequence[str] | None = None, prog: str = RUN) -> int:
    """Run a grid and return the exit code.

    0: done; 1: nothing worked, a figure could not be written, or the run could not go on (then what has
    finished is stored, and the line that resumes it is printed); 2: misuse; 128 + the signal that ended it:
    130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP.
    """
    return run_grid(run_parser(prog).parse_args(arguments))


@on_console(LIST, *REFUSALS, unwritten=2)
def list_parts(arguments: Sequence[str] | None = None, prog: str = LIST) -> int:
    """List the parts and their combinations, and return the exit code."""
    return show_list(list_parser(prog).parse_args(arguments))


def show_list(args: argparse.Namespace) -> int:
    """Print the registry."""
    gc.disable()  # importing Ray makes much that stays: a tenth of the time would be looking for garbage
    try:
        print(listed(split_names(args.list), as_json=args.json, features=args.features))
    finally:
        gc.enable()
    return 0


def listed(words: list[str], *, as_json: bool, features: bool = False) -> str:
    """Return what is asked for: a kind of parts, parts by their names, or an overview of all.

    Raises:
        Misuse: if features are asked of what is no task.
    """
    from benchmarks.execution import listing

    words = ["trainables", *words[1:]] if words[:1] == ["tasks"] else words
    if features:
        from benchmarks.execution.list_features import features_of

        if words[:1] not in ([], ["trainables"]):
            raise Misuse(f"--features are those of tasks, and {shown(words[0])} comes first; put tasks there")
        return features_of(words[1:], as_json=as_json)
    if words and words[0] in listing.KINDS:
        from benchmarks.execution.list_sections import of_kind

        return of_kind(words[0], words[1:], as_json=as_json)
    if words:
        from benchmarks.execution.part_pages import pages

        return pages(words, as_json=as_json)
    if as_json:
        return listing.as_json()
    from benchmarks.execution.list_overview import overview

    return overview()


def run_grid(args: argparse.Namespace) -> int:
    """Run, resume or describe a grid, and return the exit code."""
    from benchmarks.execution.carry_out import CutOff
    from benchmarks.execution.start import start

    try:
        return start(args)
    except CutOff as end:
        return end.code


if __name__ == "__main__":
    sys.exit(main())
