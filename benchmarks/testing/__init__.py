"""The public contract tests of searchers, schedulers and trainables.

A part of your own, registered under a name, passes the tests that all parts of the suite pass with a file
of three lines, which pytest collects::

    from benchmarks.testing import SearcherContract

    class TestZigzag(SearcherContract):
        name = "zigzag"

``name`` may be a glob.  What a library lacks, its spec says (``seedable``, ``learns``, ``chance``,
``seconds_of_300``, ``does`` ...), and the tests then hold it to that.  They need pytest (the extra ``dev``);
those of schedulers start a Ray cluster on this machine.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

try:
    import pytest
except ImportError as missing:
    raise ImportError("benchmarks.testing needs pytest: pip install 'tunegrid[dev]'") from missing

if TYPE_CHECKING:
    from benchmarks.testing.domains import inside, outside
    from benchmarks.testing.scheduler import SchedulerContract
    from benchmarks.testing.searcher import SearcherContract
    from benchmarks.testing.trainable import TrainableContract

# Failures shall show the values that were compared, as in a test file.
_WITH_CHECKS = ("searcher", "searches", "scheduler", "trainable")
pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in _WITH_CHECKS))

__all__ = ["SchedulerContract", "SearcherContract", "TrainableContract", "inside", "outside"]

_HOMES = {
    "SchedulerContract": "scheduler",
    "SearcherContract": "searcher",
    "TrainableContract": "trainable",
    "inside": "domains",
    "outside": "domains",
}


def __getattr__(name: str) -> Any:
    """Import a name on first use: every pytest run loads the plug-in of this package, and few need Ray."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
