"""The code that travels to the nodes of a cluster: our packages, plug-ins and users' files."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterable
from pathlib import Path

from benchmarks import user_files
from benchmarks.core.environment import THREADS
from benchmarks.suite.plugins import PLUGINS, named

PACKAGES = ("benchmarks", "searchers", "schedulers", "results", "tunegrid")
#: Patterns of what stays here.
LEFT_OUT = ("**/__pycache__", "**/*.pyc")
#: Variables of the environment that every process of a run needs.
VARIABLES = (PLUGINS, user_files.VARIABLE)


def code() -> list[str]:
    """Return folders and files that are imported by their names: packages, and modules of one file.

    A plug-in that is installed is not among them: it must be installed on the nodes as well.
    """
    names = [*PACKAGES, *(module.partition(".")[0] for module in named())]
    paths = [path for name in dict.fromkeys(names) if (path := _place(name))]
    return [*paths, *map(str, user_files.neighbours()), *_user_files()]


def variables(storage: str = "", taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment of the run's processes.

    Args:
        storage: which they use: for one on S3 they get the variables by which its clients are told.
        taken: variables that are set already, and stay as they are.
    """
    clients = [name for name in os.environ if name.startswith("AWS_") and storage.startswith("s3:")]
    wanted = THREADS | {name: os.environ[name] for name in (*VARIABLES, *clients) if os.environ.get(name)}
    return {name: value for name, value in wanted.items() if name not in set(taken)}


def _place(name: str) -> str:
    """Return the folder of a package, or the file of a module; "" if it is installed, or not there."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return ""
    place = next(iter(spec.submodule_search_locations or [spec.origin or ""]))
    installed = "site-packages" in Path(place).parts
    return "" if installed and name not in PACKAGES else place


def _user_files() -> list[str]:
    """Return the folder of the copies of users' files, if there are any."""
    return sorted({str(copy.parent) for copy in user_files.files().values()})
