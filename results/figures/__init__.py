"""Figures of one or more runs: all plots, drawn one by one or in several processes.

``python -m results.figures RUN [RUN ...] [--out DIR] [--only NAME ...] [--format png pdf] [--size slide]``

A figure is a module of ``results.figures.plots``: one new figure is one new file.  Of many experiments
several plots are drawn at the same time, each process with a copy of the run.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from results.arguments import add_jobs, add_runs, folder_of
from results.compare.choice import add_choice, choice_of
from results.compare.grouping import separations
from results.compare.run import Run, load
from results.compare.scores import without_scores
from results.console import on_console
from results.figures import style
from results.figures.drawing import PLOTS, Drawing, draw, draw_together
from results.files import NotWritten
from results.machine import available_cpus
from results.outputs import WrittenFiles
from results.parser import NamesAction, Parser

__all__ = ["MANY", "PLOTS", "Drawing", "draw", "main", "make_all"]

log = logging.getLogger(__name__)

PROG = "python -m results.figures"

#: Experiments from which on it is worth while to start processes for their plots.
MANY = 50


def _drawn(run: Run, only: Sequence[str], drawing: Drawing, jobs: int = 0) -> WrittenFiles:
    """Draw a run that is loaded, in several processes if it has many experiments, or as many as ``jobs``."""
    jobs = jobs or (1 if len(run.experiments) < MANY else available_cpus())
    if jobs == 1:
        return draw(run, only, drawing)
    return draw_together(run, only, drawing, jobs)


def make_all(run: Path, out: Path | None = None) -> list[Path]:
    """Draw every figure of the run folder ``run`` into ``out`` (default: its ``figures``); return the files.

    Plots of many experiments are drawn in several processes.  A plot that fails is logged as a warning and
    left out.

    Raises:
        ResultsError: if ``run`` is not a readable run folder.
        NotWritten: if a file cannot be written.
    """
    drawn = _drawn(load(run), list(PLOTS), Drawing(out or Path(run) / "figures"))
    if drawn.halted:
        raise NotWritten(drawn.halted)
    for name, why in drawn.failed.items():
        log.warning("figure %s could not be drawn: %s", name, why)
    return drawn.paths


def add_size(parser: Parser, default: str) -> None:
    """Add the option that says how large figures are."""
    papers = ", ".join(name for name, size in style.SIZES.items() if not size.titled)
    parser.add_argument(
        "--size",
        default=default,
        metavar="SIZE",
        help="print: A4; slide: 16:9 with larger type; the widths of papers, without title and caption: "
        f"{papers}; or inches, such as 3.3x2.5, without caption (default: {default})",
    )


def parser(prog: str = PROG) -> Parser:
    """Return the parser."""
    p = Parser(prog, "Draw the figures of one or more runs.")
    add_runs(p)
    p.add_argument(
        "--out", type=Path, metavar="DIR", help="where to write (default: RUN/figures, RUN/slides for slides)"
    )
    p.add_argument(
        "--only",
        action=NamesAction,
        known=list(PLOTS),
        default=list(PLOTS),
        metavar="NAME",
        help="these figures",
    )
    p.add_argument(
        "--format",
        action=NamesAction,
        known=style.FORMATS,
        default=list(style.FORMATS),
        metavar="NAME",
        help="kinds of files",
    )
    add_size(p, "print")
    add_choice(p)
    add_jobs(p, "plots", f"one, or one for each CPU from {MANY:,} experiments on")
    return p


@on_console(PROG)
def main(arguments: Sequence[str] | None = None, prog: str = PROG) -> int:
    """Run the command; return 0, 1 if a plot failed, or 2 for misuse."""
    options = parser(prog).parse_args(arguments)
    out = folder_of(options, "slides" if options.size == "slide" else "figures")
    choice = choice_of(options)
    style.size_of(options.size)  # one that cannot be is said before anything is read
    run = choice.of(load(*options.runs))
    drawing = Drawing(out, options.format, options.size)
    if separate := separations(run):
        print(f"note: {separate}", file=sys.stderr)
    if unscored := without_scores(run):
        print(f"note: {unscored}", file=sys.stderr)
    drawn = _drawn(run, options.only, drawing, options.jobs)
    return drawn.tell("figure", prog)
