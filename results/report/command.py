"""The report command: writes the report, and writes it again while the run goes on."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from results.arguments import add_runs, folder_of
from results.compare.run import load
from results.console import on_console
from results.errors import ResultsError
from results.files import check_place, replace_text
from results.parser import Parser
from results.quantities import positive_duration, whole
from results.recommend.notes import Usage
from results.report.document import render
from results.report.live import LOOK_S, changes, committed, serve
from results.report.payload import payload
from results.report.serve import LOOPBACK

PROG = "python -m results.report"
FILE = "report.html"
SECONDS = 10.0


def write(runs: Sequence[Path], path: Path, watch: float = 0.0, usage: Usage | None = None) -> None:
    """Write the report of run folders to ``path``, whole or not at all.

    ``usage`` gives the lines of Python for a combination: only who knows the parts can write them.

    Raises:
        ResultsError: if a run is not readable, or its experiments cannot be told apart.
        NotWritten: if ``path`` cannot be written.
    """
    page = render(payload(load(*runs), runs, usage), watch)
    replace_text(path, page)


def watch(runs: Sequence[Path], path: Path, seconds: float, usage: Usage | None = None) -> None:
    """Write the report whenever something was committed, until Ctrl-C; the last page stays still."""
    try:
        for now in changes(runs, committed(runs), seconds):
            write(runs, path, seconds, usage)
            print(f"{path}: {sum(map(len, now))} batches", flush=True)
    except KeyboardInterrupt:
        write(runs, path, usage=usage)
        print(f"\nno longer watching; {path} is up to date")


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Write one HTML file that shows a run: ranked answer, grid, curves, trials, failures.")
    add_runs(p)
    p.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help=f"where to write; in a folder that is there, as {FILE} (default: RUN/{FILE})",
    )
    p.add_argument(
        "--open",
        choices=("yes", "no"),
        default="yes",
        help="show it in the browser, if there is a display",
    )
    p.add_argument(
        "--watch",
        nargs="?",
        type=positive_duration,
        const=SECONDS,
        default=0.0,
        metavar="TIME",
        help="write it anew while the run goes on, until Ctrl-C, as often as TIME, such as 90s or 5m "
        f"(default: once; without TIME: every {SECONDS:g}s)",
    )
    p.add_argument(
        "--serve",
        action="store_true",
        help="write no file but serve the page, up to date and on this machine alone, until Ctrl-C; --watch "
        f"says how often it looks (default: every {LOOK_S:g}s)",
    )
    p.add_argument(
        "--host",
        metavar="HOST",
        help="with --serve: the address to listen on; if others can reach it, a random token stands in the "
        f"page's address (default: {LOOPBACK})",
    )
    p.add_argument(
        "--port",
        type=whole(0),
        metavar="N",
        help="with --serve: the port to listen on (default: a free one)",
    )
    return p


def report(arguments: Sequence[str] | None, prog: str, usage: Usage | None = None) -> int:
    """Write or serve the report as the arguments ask; return 0."""
    p = parser(prog)
    options = p.parse_args(arguments)
    if not options.serve and (options.host is not None or options.port is not None):
        p.error("--host and --port need --serve: without it a file is written")
    if options.serve:
        return serve_page(options, usage)
    path = folder_of(options, FILE)
    path = path / FILE if path.is_dir() else path
    check_place(path)
    write(options.runs, path, options.watch, usage)
    print(path, flush=True)
    _open(options, path.resolve().as_uri())
    if options.watch:
        watch(options.runs, path, options.watch, usage)
    return 0


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0 (also after Ctrl-C, which ends watching), 1 without room, or 2 for misuse."""
    return report(arguments, prog)


def serve_page(options: argparse.Namespace, usage: Usage | None) -> int:
    """Serve the page until Ctrl-C; return 0."""
    if options.out is not None:
        raise ResultsError("--serve writes no file; leave out --out, or --serve")
    seconds = options.watch or LOOK_S

    def shown(url: str) -> None:
        print(f"{url}  (until Ctrl-C)", flush=True)
        _open(options, url)

    def page(version: str) -> str:
        return render(payload(load(*options.runs), options.runs, usage), seconds, version)

    serve(options.runs, page, options.host or LOOPBACK, options.port or 0, seconds, shown)
    return 0


def _open(options: argparse.Namespace, address: str) -> None:
    """Open the page in the browser if that is wanted and has a window; else it would take the terminal."""
    display = sys.platform in ("darwin", "win32") or any(
        name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if options.open == "yes" and display:
        webbrowser.open(address)
