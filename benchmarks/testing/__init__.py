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

try:
    import pytest
except ImportError as missing:
    raise ImportError("benchmarks.testing needs pytest: pip install 'tunegrid[dev]'") from missing

# Failures shall show the values that were compared, as in a test file.
pytest.register_assert_rewrite(*(f"{__name__}.{module}" for module in ("searcher", "scheduler", "trainable")))

from benchmarks.testing.domains import inside, outside  # noqa: E402 - asserts are rewritten from here on
from benchmarks.testing.scheduler import SchedulerContract  # noqa: E402
from benchmarks.testing.searcher import SearcherContract  # noqa: E402
from benchmarks.testing.trainable import TrainableContract  # noqa: E402

__all__ = ["SchedulerContract", "SearcherContract", "TrainableContract", "inside", "outside"]
