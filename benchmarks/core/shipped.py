"""Objects that are shipped to the processes of a run: those that lie at the top level of no file.

Such an object is pickled by value into a folder of the process that has it, ``.../shipped/HASH/NAME.pkl``;
beside it ``NAME.py`` reads it, which every process of the run imports like any file of a user's.  The folder
is readable by its owner alone and ends with the process.  Nothing is read from anywhere else.
"""

from __future__ import annotations

import inspect
import pickle
from pathlib import Path
from typing import Any

from benchmarks.core.hashes import DIGITS

FOLDER = "shipped"


def is_shipped(path: Path) -> bool:
    """Return whether a file stands for an object that was shipped."""
    return path.parent.parent.name == FOLDER and len(path.parent.name) == DIGITS


def received(file: str, module: str, digest: str) -> Any:
    """Return the object that a file stands for, as if it had been defined there.

    Args:
        file: the path of ``NAME.py``.
        module: its name as a module.
        digest: the object's hash, so that it is part of the hash of the file.
    """
    path = Path(file)
    if not is_shipped(path):  # a copy of the file, in the folder of a run for instance
        raise ImportError(f"{path.stem} was an object of a process that has ended ({digest})")
    thing = pickle.loads(path.with_suffix(".pkl").read_bytes())
    if inspect.isroutine(thing) or inspect.isclass(thing):
        thing.__module__ = module
    return thing
