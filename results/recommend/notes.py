"""Notes on a recommendation, and the lines of Python that go with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from results.compare.comparison import Comparison
from results.compare.ranking import another_first, caution
from results.store.parts import Combination

#: What gives the lines of Python that use a combination: title -> code.
Usage = Callable[[Comparison, Combination], Mapping[str, str]]


def notes_of(comparison: Comparison) -> list[str]:
    """Return what a ranking leaves out, and what it cannot support."""
    return [*filter(None, [*comparison.notes, another_first(comparison.ranking), caution(comparison)])]
