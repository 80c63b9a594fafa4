"""Plug-ins: which modules they are, and whether it is one that registers just now.

What a plug-in registers wrongly must not cost its neighbours, in whichever process its module is imported.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint

from benchmarks.core.guard import PluginError, guarded
from benchmarks.core.refusal import error_line

PLUGINS = "TUNEGRID_PLUGINS"  # module names with commas or blanks between them
KINDS = ("searchers", "schedulers", "trainables")
IMPORT_S = 120.0  # a large library may take a minute on a slow disk
_loading = 0


def entry_points(kind: str) -> Iterator[EntryPoint]:
    """Yield those of a kind, then what the environment names; each module is imported only once."""
    group = f"tunegrid.{kind}"
    yield from importlib.metadata.entry_points(group=group)
    for module in named():
        yield EntryPoint(module, module, group)


def named() -> list[str]:
    """Return the modules that the environment names."""
    return list(dict.fromkeys(os.environ.get(PLUGINS, "").replace(",", " ").split()))


@cache  # a module that raises would otherwise run once for each kind of part
def why_not_loaded(value: str) -> str:
    """Import what an entry point names; return in one line why that cannot be, "" if it can."""
    if not re.fullmatch(r"\w+(\.\w+)*(\s*:.*)?", value):
        return "is not a module name; separate modules by commas"
    try:
        with _one_is_loading():
            guarded(EntryPoint(value, value, "tunegrid").load, f"import of {value}", IMPORT_S)
    except KeyboardInterrupt:
        raise
    except PluginError as failure:
        return error_line(failure.__cause__) if failure.__cause__ else str(failure)
    except BaseException as error:  # noqa: BLE001 - a plug-in may raise anything, SystemExit too
        return error_line(error)
    return ""


def is_plugin(module: str) -> bool:
    """Return whether this module is a plug-in's, whose refusals are noted and not raised."""
    return bool(_loading or named()) or module.partition(".")[0] in _packages()


@contextmanager
def _one_is_loading() -> Iterator[None]:
    global _loading
    _loading += 1
    try:
        yield
    finally:
        _loading -= 1


@cache
def _packages() -> frozenset[str]:
    """Return the top-level packages of the installed entry points."""
    points = (point for kind in KINDS for point in importlib.metadata.entry_points(group=f"tunegrid.{kind}"))
    return frozenset(point.module.partition(".")[0] for point in points)
