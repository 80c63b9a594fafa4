"""The report command: writes the report, and writes it again while the run goes on."""

from __future__ import annotations

import argparse
import os
import sys
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from results.arguments import Parser, add_runs, command, folder_of
from results.compare.run import load
from results.files import replace_text
from results.report.document import render
from results.report.payload import payload
from results.store.store import Store

FILE = "report.html"
SECONDS = 10.0


def write(runs: Sequence[Path], path: Path, watch: float = 0.0) -> None:
    """Write the report of run folders to ``path``, whole or not at all.

    Raises:
        ResultsError: if a run is not readable, or its experiments cannot be told apart.
        NotWritten: if ``path`` cannot be written.
    """
    page = render(payload(load(*runs), runs), watch)
    replace_text(path, page)


def watch(runs: Sequence[Path], path: Path, seconds: float) -> None:
    """Write the report whenever something was committed, until Ctrl-C; the last page stays still."""
    seen = _committed(runs)
    try:
        while True:
            time.sleep(seconds)
            now = _committed(runs)
            if now != seen:
                write(runs, path, seconds)
                seen = now
                print(f"{path}: {sum(map(len, now))} batches", flush=True)
    except KeyboardInterrupt:
        write(runs, path)
        print(f"\nno longer watching; {path} is up to date")


@command
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0 (also after Ctrl-C, which ends watching), 1 without room, or 2 for misuse."""
    parser = Parser(
        prog="python -m results.report",
        description="Write one HTML file that shows a run: ranked answer, grid, curves, trials, failures.",
    )
    add_runs(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help=f"the file to write (default: RUN/{FILE})")
    parser.add_argument(
        "--open",
        choices=("yes", "no"),
        default="yes",
        help="show it in the browser, if there is a display (yes)",
    )
    parser.add_argument(
        "--watch",
        nargs="?",
        type=_seconds,
        const=SECONDS,
        default=0.0,
        metavar="SECONDS",
        help=f"go on until Ctrl-C and write it anew as the run goes on, every so many seconds ({SECONDS:g})",
    )
    options = parser.parse_args(arguments)
    path = folder_of(options, FILE)
    write(options.runs, path, options.watch)
    print(path, flush=True)
    if options.open == "yes" and _display():
        webbrowser.open(path.resolve().as_uri())
    if options.watch:
        watch(options.runs, path, options.watch)
    return 0


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no time to wait; give seconds above 0")
    return seconds


def _committed(runs: Sequence[Path]) -> list[list[str]]:
    return [Store(run).batches() for run in runs]


def _display() -> bool:
    """Return whether a browser would have a window; without one it would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(
        name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
