"""The public API of TuneGrid: run a grid, register parts, read results, test parts of your own.

The names are imported from the packages that hold them when they are first used, so that
``import tunegrid`` costs nothing and needs none of the libraries.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.core.seeding import trial_seed
    from benchmarks.curves.model import CurveModel, Epoch
    from benchmarks.curves.recorded.replay import Recorded
    from benchmarks.suite.constants import Constants
    from benchmarks.suite.misuse import Misuse
    from benchmarks.suite.registry import (
        Capability,
        Effect,
        NativeSetup,
        Option,
        ScheduleSetup,
        SearchPlan,
        SearchSetup,
        scheduler,
        searcher,
        trainable,
    )
    from benchmarks.suite.session import Session
    from benchmarks.testing import SchedulerContract, SearcherContract, TrainableContract
    from benchmarks.training.epoch_seeds import seed_epoch
    from results import ResultsError
    from searchers import adapt
    from tunegrid.best import Best
    from tunegrid.calling import run
    from tunegrid.runs import Run, load
    from tunegrid.tuning import tuner

try:
    __version__ = version("tunegrid")
except PackageNotFoundError:  # a checkout that is not installed
    __version__ = "unknown"

__all__ = [
    "Best",
    "Capability",
    "Constants",
    "CurveModel",
    "Effect",
    "Epoch",
    "Misuse",
    "NativeSetup",
    "Option",
    "Recorded",
    "ResultsError",
    "Run",
    "ScheduleSetup",
    "SchedulerContract",
    "SearchPlan",
    "SearchSetup",
    "SearcherContract",
    "Session",
    "TrainableContract",
    "adapt",
    "load",
    "run",
    "scheduler",
    "searcher",
    "seed_epoch",
    "trainable",
    "trial_seed",
    "tuner",
]

#: The module of each public name.
_MODULES = {
    "benchmarks.core.seeding": ("trial_seed",),
    "benchmarks.curves.recorded.replay": ("Recorded",),
    "benchmarks.suite.constants": ("Constants",),
    "benchmarks.curves.model": ("CurveModel", "Epoch"),
    "benchmarks.suite.registry": (
        *("Capability", "Effect", "NativeSetup", "Option", "ScheduleSetup", "SearchPlan", "SearchSetup"),
        *("scheduler", "searcher", "trainable"),
    ),
    "benchmarks.suite.session": ("Session",),
    "benchmarks.training.epoch_seeds": ("seed_epoch",),
    "benchmarks.testing": ("SchedulerContract", "SearcherContract", "TrainableContract"),
    "benchmarks.suite.misuse": ("Misuse",),
    "results": ("ResultsError",),
    "searchers": ("adapt",),
    "tunegrid.best": ("Best",),
    "tunegrid.calling": ("run",),
    "tunegrid.runs": ("Run", "load"),
    "tunegrid.tuning": ("tuner",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from its module.

    Raises:
        AttributeError: if there is no such name.
        ImportError: if a package of that name which is not TuneGrid's is in the way.
    """
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tunegrid.import_path import check

    check()
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
