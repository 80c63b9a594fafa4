"""Known results of a run: kept in its folder, and what is said of them before it begins."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.suite.experiment import Experiment
from benchmarks.suite.grid import Grid
from results.files import replace_bytes


def keep(grid: Grid, run: Path) -> None:
    """Write the results that a run was given into its folder: it resumes without their file."""
    if grid.known:
        from benchmarks.suite.known_file import COPY, copied, read_known

        replace_bytes(run / COPY, copied(read_known(Path(grid.known))).encode())


def of_folder(grid: Grid, run: Path) -> Grid:
    """Return the grid of a run that has begun, with the results that it began with."""
    if not grid.known:
        return grid
    from benchmarks.suite.known_file import COPY

    return replace(grid, known=str(run / COPY)) if (run / COPY).is_file() else grid


def notes(experiments: Iterable[Experiment]) -> Iterator[str]:
    """Yield what is told to whom: a line for each task, and one for the searchers that cannot be told."""
    told = [experiment for experiment in experiments if experiment.known_results]
    if not told:
        return
    from benchmarks.suite.known_points import FOUND
    from benchmarks.suite.registry import SEARCHERS

    for task, digest in {e.trainable: e.known_results for e in told}.items():
        yield f"{task}: {FOUND[digest].in_words()}"
    deaf = [name for name in sorted({e.searcher for e in told}) if not SEARCHERS[name].learns]
    if deaf:
        yield f"told no known results, since they learn from none: {', '.join(deaf)}"
