"""Readers of results: the store, statistics, figures, tables, the report.  They import neither Ray nor Torch.

``load("runs/x")`` gives the three tables of a run folder as data frames.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.models import best_model
    from results.compare.run import RUN_FILE, Run, load, run_folder
    from results.errors import ResultsError
    from results.store.store import Store

__all__ = ["RUN_FILE", "ResultsError", "Run", "Store", "best_model", "load", "run_folder"]

#: The module of each public name; none is loaded before it is asked for, as pandas takes a while.
_HOMES = {
    "best_model": "benchmarks.models",
    "ResultsError": "results.errors",
    "Store": "results.store.store",
    **dict.fromkeys(("RUN_FILE", "Run", "load", "run_folder"), "results.compare.run"),
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value
