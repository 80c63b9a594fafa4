"""Tab completion of ``tunegrid``: a script for the shell, which shtab makes from all parsers.

::

    tunegrid --print-completion bash > ~/.local/share/bash-completion/completions/tunegrid

The script is made once and knows the searchers, schedulers and trainables that are registered then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from results.console import on_console
from results.parser import Parser, known_names
from tunegrid.commands import ORDER, command

PROG = "tunegrid --print-completion"
SHELLS = ("bash", "zsh", "tcsh")
FOLDERS = ("DIR", "RUN")  # metavars of options that take a folder


def whole_parser() -> Parser:
    """Return a parser of ``tunegrid`` with all commands, each with what its options can be completed by."""
    import shtab

    top = Parser("tunegrid", "Every search algorithm with every trial scheduler of Ray Tune.")
    top.add_argument("--version", action="store_true", help="print the version")
    top.add_argument("--print-completion", choices=SHELLS, help="print tab completion")
    commands = top.add_subparsers(parser_class=argparse.ArgumentParser)
    names = _registered()
    for name in ORDER:
        declared = command(name)
        parser = declared.make_parser()
        for action in parser._actions:
            if action.dest in names:
                action.choices = names[action.dest]
            elif known_names(action):
                action.choices = known_names(action)
            elif action.type is Path:
                action.complete = (  # type: ignore[attr-defined]  # what shtab reads
                    shtab.DIRECTORY if action.metavar in FOLDERS else shtab.FILE
                )
        commands.add_parser(
            name,
            parents=[parser],
            add_help=False,
            prog=declared.prog,
            description=declared.summary,
            help=declared.summary,
        )
    return top


def _registered() -> dict[str, list[str]]:
    """Return the names of all parts, by the options that take them."""
    from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Registry

    registries: dict[str, Registry[Any]] = {
        "searchers": SEARCHERS,
        "schedulers": SCHEDULERS,
        "trainables": TRAINABLES,
    }
    listed = {
        kind: sorted(name for name, spec in registry.items() if not spec.hidden)
        for kind, registry in registries.items()
    }
    return listed | {"trainable": listed["trainables"]}


def parser(prog: str = PROG) -> argparse.ArgumentParser:
    """Return the parser of ``tunegrid --print-completion``."""
    p = Parser(prog, "Print tab completion for a shell.")
    p.add_argument("shell", choices=SHELLS, metavar="SHELL", help="the shell")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Print the script for a shell; return 0, or 2 for misuse or without shtab."""
    command_line = parser(prog)
    shell = command_line.parse_args(arguments).shell
    try:
        import shtab
    except ImportError:
        command_line.error("shtab is not installed; pip install 'tunegrid[completion]', or shtab")
    print(shtab.complete(whole_parser(), shell))
    return 0


if __name__ == "__main__":
    sys.exit(main())
