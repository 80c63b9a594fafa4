"""Quasi-random search."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "sobol",
    "quasi-random search: a scrambled Sobol sequence of SciPy, which fills the space more evenly than chance",
    requires=("scipy",),
    learns=False,
    seconds_of_300=5.0,
)
def sobol(setup: SearchSetup) -> SearchPlan:
    """Owen, Scrambling Sobol' and Niederreiter-Xing Points, Journal of Complexity 14 (1998)."""
    from searchers._sobol import SobolSearch

    return adapt(setup, SobolSearch, native=frozenset(), seed=setup.seed)
