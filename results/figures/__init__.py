"""Draw all figures of one or more runs.

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

from results.arguments import Parser, add_runs, command, folder_of
from results.compare.run import Run, load
from results.figures import plots, style
from results.files import NotWritten
from results.machine import available_cpus
from results.outputs import Made, make

log = logging.getLogger(__name__)

#: Experiments from which on it is worth while to start processes for their plots.
MANY = 2000

#: Each yields name and figure, as many as there is data for; figures need neither pyplot nor a display.
PLOTS: dict[str, Callable[[Run], Iterator[tuple[str, Figure]]]] = {
    name.replace("_", "-"): importlib.import_module(f"{plots.__name__}.{name}").figures
    for name in sorted(module.name for module in pkgutil.iter_modules(plots.__path__))
    if not name.startswith("_")
}


def draw(
    run: Run,
    out: Path,
    only: Iterable[str] = tuple(PLOTS),
    formats: Sequence[str] = style.FORMATS,
    size: str = "print",
) -> Made:
    """Draw the plots named by ``only`` into ``out``; one that fails does not stop the others.

    ``size`` is one of ``style.SIZES``.
    """
    with style.active(size):
        return make(
            only,
            lambda name: (style.save(figure, out / stem, formats) for stem, figure in PLOTS[name](run)),
        )


def draw_together(
    folders: Sequence[Path], out: Path, only: Sequence[str], formats: Sequence[str], size: str, jobs: int
) -> Made:
    """Draw as ``draw`` does, in ``jobs`` processes, and return the same.

    Args:
        folders: of the runs, as ``load`` takes them.
        out, only, formats, size: as ``draw`` takes them.
        jobs: plots at the same time.
    """
    drawn = Made()
    task = partial(_draw_one, tuple(folders), out, formats, size)
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for one in pool.map(task, only):
            drawn.add(one)
    return drawn


def _draw_one(folders: tuple[Path, ...], out: Path, formats: Sequence[str], size: str, name: str) -> Made:
    return draw(_loaded(folders), out, [name], formats, size)


@cache
def _loaded(folders: tuple[Path, ...]) -> Run:
    run = load(*folders)
    run.read_curves(("epochs", "clock"))  # what the plots of every process will ask for, in one pass
    return run


def make_all(run: Path, out: Path | None = None) -> list[Path]:
    """Draw every figure of the run folder ``run`` into ``out`` (default: its ``figures``); return the files.

    A plot that fails is logged as a warning and left out.

    Raises:
        ResultsError: if ``run`` is not a readable run folder.
        NotWritten: if a file cannot be written.
    """
    drawn = draw(load(run), out or Path(run) / "figures")
    if drawn.halted:
        raise NotWritten(drawn.halted)
    for name, why in drawn.failed.items():
        log.warning("figure %s could not be drawn: %s", name, why)
    return drawn.paths


@command
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, 1 if a plot failed, or 2 for misuse."""
    parser = Parser(prog="python -m results.figures", description="Draw the figures of one or more runs.")
    add_runs(parser)
    parser.add_argument("--out", type=Path, help="default: RUN/figures, or RUN/slides for slides")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=list(PLOTS), default=list(PLOTS))
    parser.add_argument("--format", nargs="+", choices=style.FORMATS, default=list(style.FORMATS))
    parser.add_argument(
        "--size", choices=style.SIZES, default="print", help="print: A4; slide: 16:9 with larger type"
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=0,
        metavar="N",
        help=f"plots at the same time (1, or CPUs from {MANY} experiments)",
    )
    options = parser.parse_args(arguments)
    if options.jobs < 0:
        parser.error(f"--jobs is {options.jobs}; give 0 or more")
    out = folder_of(options, "figures" if options.size == "print" else "slides")
    run = load(*options.runs)
    jobs = options.jobs or (1 if len(run.experiments) < MANY else available_cpus())
    how = (out, options.only, options.format, options.size)
    drawn = draw(run, *how) if jobs == 1 else draw_together(options.runs, *how, jobs)
    return drawn.tell("figure")


if __name__ == "__main__":
    sys.exit(main())
