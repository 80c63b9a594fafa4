"""Figures of one or more runs: all plots, drawn one by one or in several processes.

``python -m results.figures RUN [RUN ...] [--out DIR] [--only NAME ...] [--format png pdf] [--size slide]``

A figure is a module of ``results.figures.plots``: one new figure is one new file.  Of many experiments
several plots are drawn at the same time, each process with a view of the run of its own.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from matplotlib.figure import Figure

from results.arguments import add_jobs, add_runs, folder_of
from results.compare.choice import Choice, add_choice, choice_of
from results.compare.grouping import separations
from results.compare.run import Run, load
from results.compare.scores import without_scores
from results.console import on_console
from results.figures import plots, style
from results.figures.plots.anytime import AXES, OVER_TASKS
from results.files import NotWritten
from results.machine import available_cpus
from results.outputs import WrittenFiles, write_each
from results.parser import NamesAction, Parser
from results.processes import program_hidden

log = logging.getLogger(__name__)

PROG = "python -m results.figures"

#: Experiments from which on it is worth while to start processes for their plots.
MANY = 50
#: Plots that take longest, so that they begin first where several are drawn at the same time.
_LONGEST = ("learning-curves", "sampled", "incumbent")

#: Modules whose plot has another name in commands and file names, which stay.
_NAMES = {"stopped_trials": "killed"}
_MODULES = {
    _NAMES.get(module.name, module.name.replace("_", "-")): f"{plots.__name__}.{module.name}"
    for module in pkgutil.iter_modules(plots.__path__)
    if not module.name.startswith("_")
}
#: Each yields name and figure, as many as there is data for; figures need neither pyplot nor a display.
PLOTS: dict[str, Callable[[Run], Iterator[tuple[str, Figure]]]] = {
    name: importlib.import_module(module).figures for name, module in sorted(_MODULES.items())
}


def draw(
    run: Run,
    out: Path,
    only: Iterable[str] = tuple(PLOTS),
    formats: Sequence[str] = style.FORMATS,
    size: str = "print",
) -> WrittenFiles:
    """Draw the plots named by ``only`` into ``out``; one that fails does not stop the others.

    ``size`` is what ``style.size_of`` takes.
    """
    with style.active(style.size_of(size)):
        return write_each(
            only,
            lambda name: (style.save(figure, out / stem, formats) for stem, figure in PLOTS[name](run)),
        )


def draw_together(
    folders: Sequence[Path],
    out: Path,
    only: Sequence[str],
    formats: Sequence[str],
    size: str,
    jobs: int,
    choice: Choice,
) -> WrittenFiles:
    """Draw as ``draw`` does, in ``jobs`` processes, and return the same.

    Args:
        folders: of the runs, as ``load`` takes them.
        out, only, formats, size: as ``draw`` takes them.
        jobs: plots at the same time.
        choice: what is drawn.
    """
    drawn = WrittenFiles()
    task = partial(_draw_one, tuple(folders), choice, out, formats, size)
    in_turn = sorted(only, key=lambda name: name not in _LONGEST)
    with program_hidden(module=True), ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        under_way = {name: pool.submit(task, name) for name in in_turn}
        for name in only:
            drawn.add(under_way[name].result())
    return drawn


def _draw_one(
    folders: tuple[Path, ...], choice: Choice, out: Path, formats: Sequence[str], size: str, name: str
) -> WrittenFiles:
    return draw(choice.of(_loaded(folders)), out, [name], formats, size)


@cache
def _loaded(folders: tuple[Path, ...]) -> Run:
    run = load(*folders)
    # What the plots of every process will ask for, in one pass.
    run.read_curves(OVER_TASKS if run.experiments["trainable"].nunique() > 1 else AXES)
    return run


def _drawn(
    run: Run,
    folders: Sequence[Path],
    how: tuple[Path, Sequence[str], Sequence[str], str],
    choice: Choice,
    jobs: int = 0,
) -> WrittenFiles:
    """Draw a run that is loaded, in several processes if it has many experiments, or as many as ``jobs``."""
    jobs = jobs or (1 if len(run.experiments) < MANY else available_cpus())
    return draw(run, *how) if jobs == 1 else draw_together(folders, *how, jobs, choice)


def make_all(run: Path, out: Path | None = None) -> list[Path]:
    """Draw every figure of the run folder ``run`` into ``out`` (default: its ``figures``); return the files.

    Plots of many experiments are drawn in several processes.  A plot that fails is logged as a warning and
    left out.

    Raises:
        ResultsError: if ``run`` is not a readable run folder.
        NotWritten: if a file cannot be written.
    """
    how = (out or Path(run) / "figures", list(PLOTS), style.FORMATS, "print")
    drawn = _drawn(load(run), [run], how, Choice())
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
    how = (out, options.only, options.format, options.size)
    if separate := separations(run):
        print(f"note: {separate}", file=sys.stderr)
    if unscored := without_scores(run):
        print(f"note: {unscored}", file=sys.stderr)
    return _drawn(run, options.runs, how, choice, options.jobs).tell("figure", prog)
