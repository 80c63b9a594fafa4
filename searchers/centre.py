"""The middle of the space, then random search: a baseline that shows what a guess in the middle is worth."""

from __future__ import annotations

from benchmarks.suite.registry import Capability, SearchPlan, SearchSetup, searcher
from searchers.random_search import random_search


@searcher(
    "centre",
    "the middle of the space first, then random search: what is gained by a start in the middle alone",
    provides=frozenset({Capability.VARIANTS}),
    learns=False,
    seconds_of_300=5.0,
)
def centre(setup: SearchSetup) -> SearchPlan:
    """Some optimisers begin in the middle; a task whose optimum lies there flatters them.

    A float has its middle on its own scale: of ``loguniform(1e-4, 1)`` that is 0.01.  Of integers, categories
    and branches it is the one in the middle of those that there are, of an even number the later of two.  The
    trials that follow are the first ones of ``random``.
    """
    from dataclasses import replace

    from benchmarks.spaces.encoding import Encoding

    encoding = Encoding(setup.space)
    middle = encoding.decode(dict.fromkeys(encoding.domains, 0.5))
    return random_search(replace(setup, first=(*setup.first, middle)[: setup.trials]))
