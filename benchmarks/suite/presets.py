"""Presets: the grids from which options and spec files start."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.suite.engines import ENGINES
from benchmarks.suite.grid import Grid
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.task_sets import small_tasks, task_split

DEFAULT = "quick"
FIRST = ("mnist-convnet",)
#: Of the sets of tasks: each task with all of its epochs.
SET = Grid(trials=27, epochs=0, workers=(4,), repetitions=10)


def _set(tasks: tuple[str, ...]) -> Grid:
    return SET.changed({"trainables": list(tasks)}, "presets")


PRESETS: Mapping[str, Grid] = {
    # A quick look in minutes on two cores.
    "quick": Grid(trainables=FIRST, train_size=2000),
    # Enough repetitions for an interval.
    "standard": Grid(trainables=FIRST, trials=27, epochs=27, repetitions=10),
    # For a figure in a paper; many hours.
    "paper": Grid(trainables=(*FIRST, "digits-mlp"), trials=81, epochs=27, repetitions=30),
    # What a method is made on, what it is reported on, and the few tasks that rank as all do.
    "dev": _set(task_split().dev),
    "test": _set(task_split().test),
    # Half the repetitions: with the whole core roster it is to take less than an hour on two cores.
    "small": _set(small_tasks()).changed({"repetitions": 5}, "presets"),
}
SETS = ("dev", "test", "small")


def runnable(preset: str, engine: str) -> list[str]:
    """Return the tasks of a set that can run on an engine with what is installed.

    Raises:
        Misuse: if none can.
    """
    tasks = PRESETS[preset].trainables
    specs = [TRAINABLES[name] for name in tasks]
    able = [s.name for s in specs if not s.missing() and (s.curves or not ENGINES[engine].from_curves)]
    if not able:
        raise Misuse(
            f"none of the {len(tasks)} tasks of preset {preset} can run on the engine {engine} with what is "
            "installed; pip install tunegrid[tasks], or choose another engine"
        )
    return able


def left_out(preset: str, grid: Grid) -> list[str]:
    """Return, for people, which tasks of a preset's set its grid leaves out; nothing if it has all.

    Args:
        preset: the one asked for; only of a set of tasks is anything left out.
        grid: as it was made of the preset, perhaps with tasks that were named in place of the set's.
    """
    every = PRESETS[preset].trainables
    absent = [name for name in every if name not in grid.trainables]
    if preset not in SETS or not absent or list(grid.trainables) != runnable(preset, grid.engine):
        return []
    return [
        f"preset {preset}: {len(absent)} of {len(every)} tasks are left out, which cannot run on the "
        f"engine {grid.engine} or are not installed: {', '.join(absent)}"
    ]
