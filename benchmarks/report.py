"""Report with the lines of Python that use each combination: ``tunegrid report``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.recommend import usage
from results.console import on_console
from results.parser import Parser
from results.report import command

PROG = "python -m benchmarks.report"


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    return command.parser(prog)


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0 (also after Ctrl-C, which ends watching), 1 without room, or 2 for misuse."""
    return command.report(arguments, prog, usage)


if __name__ == "__main__":
    sys.exit(main())
