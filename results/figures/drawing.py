"""Drawing of plots into files: one after the other, or in several processes."""

from __future__ import annotations

import gc
import importlib
import pickle
import pkgutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from matplotlib.figure import Figure

from results.compare.run import Run
from results.figures import plots, style
from results.figures.page_share import WHOLE, PageShare
from results.figures.plots import learning_curves
from results.figures.plots.anytime import AXES, OVER_TASKS
from results.outputs import WrittenFiles, write_each
from results.processes import program_hidden

#: Plots that take long, so that they begin first where several are drawn at the same time; of the last of
#: them each process draws a few pages at a time.
_LONGEST = ("heatmap", "sampled", "incumbent", "gantt", "ledger", "learning-curves")

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
_SHARES = 8  # of a plot's pages for each process: small, so that all processes end at about the same time
_Part = tuple[str, PageShare]


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

    with style.active(style.size_of(drawing.size)), _rare_collections():
        return write_each(
            only,
            lambda name: (
                style.save(figure, drawing.out / stem, drawing.formats) for stem, figure in pages(name)
            ),
        )


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for dead cycles of objects rarely: a page is made of many that live as long as it."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def draw_together(run: Run, only: Sequence[str], drawing: Drawing, jobs: int) -> WrittenFiles:
    """Draw as ``draw`` does, in this process and ``jobs - 1`` others, and return the same."""
    parts = [(name, share) for name in only for share in _shares(name, jobs)]
    waiting = deque(sorted(parts, key=lambda part: _LONGEST.index(part[0]) if part[0] in _LONGEST else 9))
    _read_curves(run)
    drawn: dict[_Part, WrittenFiles] = {}

    def take_turns(draw_part: Callable[[_Part], WrittenFiles]) -> None:
        while True:
            try:
                part = waiting.popleft()
            except IndexError:
                return
            drawn[part] = draw_part(part)

    # Pickled here: what this process draws meanwhile adds to the run.
    sent = (pickle.dumps(run),)
    others = ProcessPoolExecutor(jobs - 1, get_context("spawn"), initializer=_receive, initargs=sent)
    with program_hidden(module=True), others as processes, ThreadPoolExecutor(jobs - 1) as threads:

        def draw_there(part: _Part) -> WrittenFiles:
            return processes.submit(_draw_part, drawing, *part).result()

        turns = [threads.submit(take_turns, draw_there) for _ in range(jobs - 1)]
        take_turns(lambda part: draw(run, [part[0]], drawing, part[1]))
        for turn in turns:
            turn.result()
    return WrittenFiles.of_parts((name, drawn[name, share]) for name, share in parts)


#: The run that this process draws parts of, where it was started for that: to read it again takes seconds.
_received: list[Run] = []


def _receive(pickled: bytes) -> None:
    _received.append(pickle.loads(pickled))


def _draw_part(drawing: Drawing, name: str, share: PageShare) -> WrittenFiles:
    return draw(_received[0], [name], drawing, share)


def _read_curves(run: Run) -> None:
    """Read in one pass what the plots of a process will ask for."""
    run.read_curves(OVER_TASKS if run.experiments["trainable"].nunique() > 1 else AXES)


def _shares(name: str, jobs: int) -> list[PageShare]:
    return PageShare.of(_SHARES * jobs) if name in _SHARED else [WHOLE]
