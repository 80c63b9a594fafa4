"""Random search with twice the budget: a baseline that a useful searcher must beat."""

from __future__ import annotations

from benchmarks.suite.registry import Capability, SearchPlan, SearchSetup, searcher
from searchers.random_search import PLAIN, random_search


@searcher(
    "random-2x",
    "random search with twice the trials of the others: what a doubled budget alone brings",
    provides=frozenset({Capability.VARIANTS}),
    any_domain=True,
    learns=False,
    budget=2,
    seconds_of_300=5.0,
    plain=PLAIN,
)
def random_2x(setup: SearchSetup) -> SearchPlan:
    """Li et al., Hyperband, JMLR 18 (2018), compare with it.  Its first half is what ``random`` draws."""
    return random_search(setup)
