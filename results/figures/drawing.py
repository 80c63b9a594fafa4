"""Drawing of plots into files: one after the other, or in several processes."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from results.compare.choice import Choice
from results.compare.run import Run, load
from results.figures import plots, style
from results.figures.page_share import WHOLE, PageShare
from results.figures.plots import learning_curves
from results.figures.plots.anytime import AXES, OVER_TASKS
from results.outputs import WrittenFiles, write_each
from results.processes import program_hidden

#: Plots that take longest, so that they begin first where several are drawn at the same time.
_LONGEST = ("learning-curves", "sampled", "incumbent", "heatmap")

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
#: Plots that can draw a share of their pages, so that several processes draw them.
_SHARED: dict[str, Callable[[Run, PageShare], Iterator[tuple[str, Figure]]]] = {
    "learning-curves": lambda run, share: learning_curves.figures(run, share=share)
}
_SHARES = 3  # of a plot's pages for each process: small, so that all processes end at about the same time


class Drawing(NamedTuple):
    """Folder, file formats and page size of drawn plots.

    Attributes:
        out: the folder.
        formats: of ``style.FORMATS``.
        size: what ``style.size_of`` takes.
    """

    out: Path
    formats: Sequence[str] = style.FORMATS
    size: str = "print"


def draw(run: Run, only: Iterable[str], drawing: Drawing, share: PageShare = WHOLE) -> WrittenFiles:
    """Draw the plots named by ``only``; one that fails does not stop the others.

    ``share`` says which pages, of a plot that has many.
    """

    def pages(name: str) -> Iterator[tuple[str, Figure]]:
        return _SHARED[name](run, share) if name in _SHARED else PLOTS[name](run)

    with style.active(style.size_of(drawing.size)):
        return write_each(
            only,
            lambda name: (
                style.save(figure, drawing.out / stem, drawing.formats) for stem, figure in pages(name)
            ),
        )


def draw_together(
    run: Run, folders: Sequence[Path], choice: Choice, only: Sequence[str], drawing: Drawing, jobs: int
) -> WrittenFiles:
    """Draw as ``draw`` does, in this process and ``jobs - 1`` others, and return the same.

    Args:
        run: what is drawn, loaded.
        folders, choice: what ``run`` was loaded from, for the other processes.
        only: names of plots.
        drawing: how they are drawn.
        jobs: plots at the same time.
    """
    parts = [(name, share) for name in only for share in _shares(name, jobs)]
    in_turn = sorted(parts, key=lambda part: _LONGEST.index(part[0]) if part[0] in _LONGEST else 9)
    _read_curves(run)
    task = partial(_draw_part, tuple(folders), choice, drawing)
    drawn: dict[tuple[str, PageShare], WrittenFiles] = {}
    with program_hidden(module=True), ProcessPoolExecutor(jobs - 1, get_context("spawn")) as pool:
        under_way = {part: pool.submit(task, *part) for part in in_turn}
        for name, share in in_turn:
            if under_way[name, share].cancel():  # no other process has begun it
                drawn[name, share] = draw(run, [name], drawing, share)
        drawn |= {part: future.result() for part, future in under_way.items() if part not in drawn}
    return WrittenFiles.of_parts((name, drawn[name, share]) for name, share in parts)


def _draw_part(
    folders: tuple[Path, ...], choice: Choice, drawing: Drawing, name: str, share: PageShare
) -> WrittenFiles:
    return draw(choice.of(_loaded(folders)), [name], drawing, share)


@cache
def _loaded(folders: tuple[Path, ...]) -> Run:
    run = load(*folders)
    _read_curves(run)
    return run


def _read_curves(run: Run) -> None:
    """Read in one pass what the plots of a process will ask for."""
    run.read_curves(OVER_TASKS if run.experiments["trainable"].nunique() > 1 else AXES)


def _shares(name: str, jobs: int) -> list[PageShare]:
    return PageShare.of(_SHARES * jobs) if name in _SHARED else [WHOLE]
