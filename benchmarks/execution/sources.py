"""Hashes of a module's source, and of what it imports from its own project.

Imports are followed within the same project: the same top-level package, or, for a module that is a file by
itself, the files beside it.  TuneGrid's own parts are projects of their own (``searchers``,
``schedulers``, ``benchmarks.trainables``), and the rest of TuneGrid, like installed libraries, is none: its
version is in a run's provenance.  What code reads from other files, or imports by a name that it computes,
is not seen.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import sys
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path

from benchmarks import user_files
from benchmarks.core.hashes import DIGITS, tree_digest
from benchmarks.suite.part_caches import cached_of_parts
from benchmarks.suite.part_registry import PACKAGES

_OURS = ("benchmarks", "searchers", "schedulers", "results", "tunegrid", "scripts")
#: The packages that our parts are written in -> the project that they are of.
_PARTS = {package: package for package in PACKAGES.values()} | {"benchmarks.training": PACKAGES["trainables"]}
_INSTALLED = {"site-packages", "dist-packages"}


@cached_of_parts
def module_digests(name: str) -> dict[str, str] | None:
    """Return the hashes of a module and of all that it imports from its project, by module.

    None if the module has no file.
    """
    if _file(name) is None:
        return None
    digests: dict[str, str] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop()
        path = _file(module)
        if user_files.label(module) in digests or path is None:
            continue
        tree = _parsed(path)
        if tree is None:  # a compiled module
            digests[user_files.label(module)] = hashlib.sha256(path.read_bytes()).hexdigest()[:DIGITS]
        else:
            digests[user_files.label(module)] = tree_digest(tree)
            waiting += _imported(tree, module)
    return dict(sorted(digests.items()))


def counts(module: str, home: str) -> bool:
    """Return whether a module's code belongs to a part that was registered by the module ``home``."""
    top = module.partition(".")[0]
    if user_files.is_user_file(module):
        return True
    if top in _OURS:
        return _project(module) in PACKAGES.values()
    if top == home.partition(".")[0]:
        return True
    if top in sys.stdlib_module_names:
        return False
    path = _file(module)
    return path is None or not _INSTALLED.intersection(path.parts)


def _project(module: str) -> str:
    """Return the package that a module's own code lies in: its top-level one, or a package of our parts."""
    if user_files.is_user_file(module):
        return module
    for package, home in _PARTS.items():
        if module == package or module.startswith(f"{package}."):
            return home
    return module.partition(".")[0]


def _of_one_project(module: str, other: str) -> bool:
    """Return whether ``other``, which ``module`` imports, is of its project."""
    project = _project(module)
    if _project(other) == project:
        return project not in _OURS or project in PACKAGES.values()
    in_package = "." in module and not user_files.is_user_file(module)
    if _project(other) in _OURS or in_package or _locations(module) is not None:
        return False
    here, there = _folder(module), _folder(other.partition(".")[0])
    return here is not None and here == there and not _INSTALLED.intersection(here.parts)


def _folder(top: str) -> Path | None:
    """Return the folder that a top-level module or package lies in."""
    locations = _locations(top)
    if locations:
        return Path(locations[0]).parent
    path = _file(top)
    return path.parent if path else None


@cached_of_parts
def _spec(name: str) -> ModuleSpec | None:
    """Return where a module is, without importing it or what it lies in."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    if isinstance(spec, ModuleSpec):
        return spec
    parent = name.rpartition(".")[0]
    if parent:
        within = _locations(parent)
        return PathFinder.find_spec(name, within) if within else None
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _locations(name: str) -> list[str] | None:
    """Return the folders of a package, None for a module."""
    spec = _spec(name)
    if spec is None or spec.submodule_search_locations is None:
        return None
    return list(spec.submodule_search_locations)


def _file(name: str) -> Path | None:
    origin = getattr(sys.modules.get(name), "__file__", None)
    if origin is None and (spec := _spec(name)) is not None and spec.has_location:
        origin = spec.origin
    path = Path(origin) if origin else None
    return path.resolve() if path is not None and path.is_file() else None


def _parsed(path: Path) -> ast.Module | None:
    """Return a file's syntax tree, None if it is not Python source."""
    try:
        return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return None


def _imported(tree: ast.Module, module: str) -> list[str]:
    """Return the modules of the same project that the code may import, also within functions."""
    package = module if _locations(module) is not None else module.rpartition(".")[0]
    modules: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [(alias.name, list[str]()) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            try:
                base = importlib.util.resolve_name(base, package) if node.level else base
            except ImportError:
                continue
            names = [(base, [f"{base}.{alias.name}" for alias in node.names])]
        else:
            continue
        for base, inner in names:
            if _of_one_project(module, base):
                modules += [base, *(inner if _locations(base) is not None else [])]
    return modules
