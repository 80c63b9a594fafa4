"""Readers of results: the store, statistics, figures, tables, the report.  They import neither Ray nor Torch.

``load("runs/x")`` gives the three tables of a run folder as data frames.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from results.compare.run import RUN_FILE, Run, load, run_folder
from results.errors import ResultsError
from results.store.store import Store

if TYPE_CHECKING:
    from benchmarks.models import best_model

__all__ = ["RUN_FILE", "ResultsError", "Run", "Store", "best_model", "load", "run_folder"]


def __getattr__(name: str) -> Any:
    if name == "best_model":  # its module imports from this one
        return import_module("benchmarks.models").best_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
