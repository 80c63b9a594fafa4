"""Users' files as modules: ``train.py`` is ``benchmarks.user_files.train`` in every process of a run.

The environment says which files they are, so that a process that is forked, or that Ray starts, finds them as
the command did.  Each file is copied when it is first named, and every process runs the copy: an edit while a
run goes on is part of the next run.  What lies beside a file can be imported from it, as ``python train.py``
would.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import re
import shutil
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.core.guard import PluginError, guarded
from benchmarks.core.refusal import SpecError, error_line, nearest, one_line
from benchmarks.core.scratch import of_process
from benchmarks.core.shipped import is_shipped

VARIABLE = "TUNEGRID_FILES"  # JSON: the files by the names of their modules, and the parts that they are
FOLDER = "user-files"  # of the copies
IMPORT_S = 120.0  # a large library may take a minute on a slow disk
_PACKAGES = ("results", "benchmarks", "searchers", "schedulers", "tunegrid")


class NotLoaded(Exception):
    """A file that is not there or cannot be imported; the message is one line."""


def is_user_file(module: str) -> bool:
    """Return whether a module is a file that a user has named."""
    return module.startswith(f"{__name__}.")


def label(module: str) -> str:
    """Return a module's name for people: ``train.py`` for such a file."""
    return f"{module.removeprefix(f'{__name__}.')}.py" if is_user_file(module) else module


def module_of(where: str) -> ModuleType:
    """Return the module that is a file (``/home/me/train.py``), or that Python finds (``package.train``).

    Raises:
        NotLoaded: if there is none, or it cannot be imported.
    """
    name = f"{__name__}.{_named(Path(where))}" if where.endswith(".py") else where
    try:
        module = guarded(lambda: importlib.import_module(name), f"import of {where}", IMPORT_S)
    except PluginError as failure:
        raise NotLoaded(_why(failure, where)) from failure.__cause__
    if is_user_file(name):
        _check_siblings(Path(where))
    return module


@contextmanager
def apart() -> Iterator[None]:
    """Set aside the files that were named before, and forget those that are named within, at the end.

    So several runs of one process can each have a file as it is when it is named.
    """
    before = os.environ.get(VARIABLE), list(sys.path)
    known = {name: sys.modules.pop(name) for name in list(sys.modules) if is_user_file(name)}
    os.environ.pop(VARIABLE, None)
    try:
        yield
    finally:
        for name in [name for name in sys.modules if is_user_file(name)]:
            del sys.modules[name]
        sys.modules.update(known)
        os.environ.pop(VARIABLE, None)
        if before[0] is not None:
            os.environ[VARIABLE] = before[0]
        sys.path[:] = before[1]


def announce(kind: str, part: str) -> None:
    """Let the processes to come know a part of this kind, as it was named."""
    state = _state()
    if part not in state["parts"].setdefault(kind, []):
        state["parts"][kind].append(part)
        os.environ[VARIABLE] = json.dumps(state)


def announced(kind: str) -> list[str]:
    """Return the parts of a kind that this process, or one that has started it, was told to know."""
    return list(_state()["parts"].get(kind, ()))


def files() -> dict[str, Path]:
    """Return the copies of all files by the paths of the originals."""
    return {known["file"]: _arrived(Path(known["copy"])) for known in _state()["modules"].values()}


def neighbours() -> list[Path]:
    """Return what lies beside the files and they import, or what they import does: files and packages."""
    found: dict[str, Path] = {}
    left = [(Path(original), copy) for original, copy in files().items()]
    while left:
        original, source = left.pop()
        for name in _imported(source):
            for path in (original.parent / f"{name}.py", original.parent / name):
                if name not in found and (path.is_file() or (path / "__init__.py").is_file()):
                    found[name] = path
                    left += [(path, path)] if path.is_file() else [(path, p) for p in path.rglob("*.py")]
    return list(found.values())


def _imported(source: Path) -> set[str]:
    """Return the top-level names of the modules that a file imports."""
    names = set[str]()
    for node in ast.walk(ast.parse(source.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _state() -> dict[str, Any]:
    text = os.environ.get(VARIABLE)
    state: dict[str, Any] = json.loads(text) if text else {"modules": {}, "parts": {}}
    return state


def _named(path: Path) -> str:
    """Return the name of a file's module; take its copy if this is the first time that it is named.

    Raises:
        NotLoaded: if there is no such file.
    """
    state = _state()
    modules = state["modules"]
    for name, known in modules.items():
        if known["file"] == str(path):
            return str(name)
    if not path.is_file():
        if is_shipped(path):
            raise NotLoaded(
                f"{path.stem} was an object of a process that has ended, which nothing can resume; write it "
                "at the top level of a file, and start another run"
            )
        beside = sorted(other.name for other in path.parent.glob("*.py"))
        hint = f"; {nearest(path.name, beside)}" if beside else ""
        raise NotLoaded(f"there is no file {path}{hint}")
    stem = re.sub(r"\W", "_", path.stem)
    name = next(n for n in (stem, *(f"{stem}_{i}" for i in range(2, 10_000))) if n not in modules)
    folder = of_process() / FOLDER
    folder.mkdir(exist_ok=True)
    try:
        copy = shutil.copyfile(path, folder / f"{name}.py")
    except OSError as error:
        raise NotLoaded(f"{path} cannot be read: {error.strerror}; check its permissions") from error
    modules[name] = {"file": str(path), "copy": str(copy)}
    os.environ[VARIABLE] = json.dumps(state)
    return name


def _why(failure: PluginError, where: str) -> str:
    """Say in a line why a file could not be imported, with the line in which its own code failed."""
    error, shown = failure.__cause__, Path(where).name
    if error is None:  # it takes too long
        return str(failure)
    if isinstance(error, ModuleNotFoundError) and error.name == where:
        return f"there is no module {where}; give a path such as {where.rpartition('.')[2]}.py, or install it"
    if isinstance(error, SpecError):
        return one_line(str(error))
    if isinstance(error, SyntaxError):  # its text has the line
        return f"{shown} cannot be imported: {error_line(error)}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == where]
    at = f" at line {lines[-1]}" if lines else ""
    return f"{shown} cannot be imported: {error_line(error)}{at}"


def _check_siblings(path: Path) -> None:
    """Raise NotLoaded if the file imports a neighbour of which another folder's namesake is loaded."""
    for name in sorted(_imported(files()[str(path)])):
        beside = any((path.parent / part).exists() for part in (f"{name}.py", f"{name}/__init__.py"))
        loaded = getattr(sys.modules.get(name), "__file__", None)
        if beside and loaded and path.parent not in Path(loaded).parents:
            raise NotLoaded(
                f"{path} imports {name}, which is {loaded} in this process; rename one of the two, or "
                "run them apart"
            )


class _Copied(SourceFileLoader):
    """Runs the copy of a file under the path of the original."""

    def __init__(self, fullname: str, copy: str, original: str) -> None:
        super().__init__(fullname, copy)
        self._original = original

    # The stubs want a name for each kind of path; it is not looked at.
    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        return compile(data, self._original, "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        folder = str(Path(self._original).parent)
        if folder not in sys.path and Path(folder).is_dir():  # on another machine its neighbours are shipped
            for name in _PACKAGES:  # a project may have packages of these names
                importlib.import_module(name)
            sys.path.insert(0, folder)
        module.__file__ = self._original
        super().exec_module(module)


class _Finder(MetaPathFinder):
    """Finds the files that the environment names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, name = fullname.rpartition(".")
        known = _state()["modules"].get(name) if package == __name__ else None
        if known is None:
            return None
        copy = _arrived(Path(known["copy"]))
        loader = _Copied(fullname, str(copy), known["file"])
        return spec_from_file_location(fullname, copy, loader=loader)


def _arrived(copy: Path) -> Path:
    """Return the place of a copy in this process: where it was made, or where it was shipped to."""
    places = [copy, *(Path(folder, FOLDER, copy.name) for folder in sys.path)]
    return next((place for place in places if place.is_file()), copy)


sys.meta_path.insert(0, _Finder())
