"""The import path of TuneGrid's packages, which another project's packages of the same names may hide."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from pathlib import Path

#: The folder that holds TuneGrid's packages.
ROOT = Path(__file__).parents[1]
#: Names of its packages that are common enough for a project to have them too.
SHARED_NAMES = ("benchmarks", "results", "searchers", "schedulers")
#: Modules of Python that no process of a run imports: a user's file may have such a name.
UNUSED = frozenset(
    (
        *("antigravity", "chunk", "crypt", "graphlib", "idlelib", "imp", "lib2to3", "sched", "sunau"),
        *("symtable", "this", "tkinter", "trace", "turtle", "turtledemo", "wave"),
    )
)


class ShadowedError(ImportError):
    """Another project's package or a user's file hides a module; one line says which, and what to do."""


def hidden() -> dict[str, Path]:
    """Return those of our packages that another one hides, each with the folder that is found instead."""
    folders = {name: _folder(name) for name in SHARED_NAMES}
    return {name: folder for name, folder in folders.items() if folder != (ROOT / name).resolve()}


def _folder(name: str) -> Path:
    """Return the folder from which a package is imported, or would be."""
    spec = importlib.util.find_spec(name)
    locations = list(spec.submodule_search_locations or ()) if spec else []
    return Path(locations[0] if locations else (spec and spec.origin) or "").resolve()


def use_own_packages() -> None:
    """Let this process and its children import TuneGrid's packages, and after them what lies in this folder.

    For a process that runs TuneGrid and nothing else.

    Raises:
        ShadowedError: if another project's package has been imported already, or if a file of this folder has
            the name of a module of Python.
    """
    check_folder(Path.cwd())
    if hidden():
        sys.path.insert(0, str(ROOT))
        importlib.invalidate_caches()
    check()
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    os.environ["PYTHONSAFEPATH"] = "1"  # else a child would look into its working folder first
    os.environ["PYTHONPATH"] = after_own([*os.environ.get("PYTHONPATH", "").split(os.pathsep), here])


def after_own(folders: Iterable[str]) -> str:
    """Return the value of ``PYTHONPATH`` with which TuneGrid's packages come first and ``folders`` after."""
    return os.pathsep.join(dict.fromkeys([str(ROOT), *filter(None, folders)]))


def check_folder(folder: Path) -> None:
    """Refuse a working folder whose files hide modules of Python.

    The children of a run look there before they look into Python's library.

    Raises:
        ShadowedError: for the first of these files.
    """
    modules = {path.stem: path for path in sorted(folder.glob("*.py"), reverse=True)}
    modules |= {path.parent.name: path.parent for path in folder.glob("*/__init__.py")}
    for name in sorted((modules.keys() & sys.stdlib_module_names) - UNUSED):
        raise ShadowedError(
            f"{modules[name]} hides Python's own module {name!r} from the processes of a run; rename it, or "
            "start in another folder"
        )


def check() -> None:
    """Refuse to go on with another project's packages.

    Raises:
        ShadowedError: if a package of another project hides one of ours.
    """
    for name, folder in hidden().items():
        raise ShadowedError(
            f"the package {name!r} of {folder.parent} hides TuneGrid's of the same name ({ROOT / name}); "
            "run the command `tunegrid` in a process of its own, or start Python in another folder"
        )
