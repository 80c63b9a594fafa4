"""Sets of the shipped tasks: the split into ``dev`` and ``test``, and the ``small`` one.

Methods are made on the tasks of ``dev`` and reported on those of ``test``.  Both files are written by scripts
and committed; the split has a version, which changes with its content.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SPLIT = Path(__file__).with_name("task_split.toml")  # by python -m scripts.write_task_split
SMALL = Path(__file__).with_name("small_tasks.toml")  # by python -m scripts.choose_small
SETS = ("dev", "test")


@dataclass(frozen=True)
class TaskSplit:
    """The split.

    Attributes:
        version: 1, 2, ...; another one whenever any task is elsewhere.
        dev, test: names of tasks, sorted.
    """

    version: int
    dev: tuple[str, ...]
    test: tuple[str, ...]


@cache
def task_split(path: Path = SPLIT) -> TaskSplit:
    """Return the committed split; a process reads it once."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return TaskSplit(content["version"], tuple(content["dev"]), tuple(content["test"]))


@cache
def small_tasks(path: Path = SMALL) -> tuple[str, ...]:
    """Return the names of the small set, in the order in which they were chosen."""
    return tuple(tomllib.loads(path.read_text(encoding="utf-8"))["tasks"])


def set_of(task: str) -> str:
    """Return ``dev`` or ``test``; "" for a task that is in neither."""
    split = task_split()
    return next((name for name in SETS if task in getattr(split, name)), "")
