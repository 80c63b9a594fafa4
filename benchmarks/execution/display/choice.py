"""The choice of a display: by the options, and by where the standard output leads."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TextIO

from benchmarks.execution.display.base import Display
from benchmarks.execution.display.plain import PlainDisplay


def display_of(args: argparse.Namespace) -> Display:
    """Return the display that the options ask for.

    Without one it is a notebook's, a terminal's, or plain lines: in a pipe, in a file, in CI (variable CI)
    and on a terminal that cannot move its cursor (TERM=dumb).
    """
    if args.json_lines:
        from benchmarks.execution.display.json_lines import JsonLines

        return JsonLines(sys.stdout)
    if args.quiet:
        return PlainDisplay(sys.stdout, quiet=True)
    from benchmarks.execution.display.notebook import NotebookDisplay, in_notebook

    if in_notebook():
        return NotebookDisplay(sys.stdout)
    if is_live(sys.stdout):
        from benchmarks.execution.display.terminal import TerminalDisplay

        return TerminalDisplay(sys.stdout, verbose=args.verbose)
    return PlainDisplay(sys.stdout, verbose=args.verbose)


def fitted(text: str, stream: TextIO) -> str:
    """Return text in lines that a terminal breaks within no word; for all other streams as it is."""
    if not is_live(stream):
        return text
    from benchmarks.execution.display.terminal import size_of, wrapped

    width = max(1, size_of(stream)[0] - 1)
    return "\n".join(row for line in text.splitlines() for row in wrapped(line, width, "    "))


def is_live(stream: object) -> bool:
    """Return whether a stream is a terminal whose rows can be written again, before a person."""
    isatty = getattr(stream, "isatty", lambda: False)
    return bool(isatty()) and not os.environ.get("CI") and os.environ.get("TERM") not in ("dumb", "unknown")
