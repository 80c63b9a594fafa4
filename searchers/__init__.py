"""Search algorithms, one file each; each registers itself in ``benchmarks.registry``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ray.tune.search import Searcher

    from benchmarks.registry import SearchPlan, SearchSetup
    from searchers._adapter import Coding


def adapt(setup: SearchSetup, searcher: Searcher, coding: Coding | None = None) -> SearchPlan:
    """Return the plan of a library's searcher: repaired, and limited to the look-ahead that all share.

    Args:
        setup: what ``build`` was given.
        searcher: any ``ray.tune.search.Searcher``, without a space, metric or mode of its own.
        coding: translates the space for a library that would silently drop log scales, steps or integers;
            ``searchers._space.as_floats`` makes every domain a float.
    """
    from ray.tune.search import ConcurrencyLimiter

    from benchmarks.registry import SearchPlan
    from searchers._adapter import Adapted

    limited = ConcurrencyLimiter(Adapted(searcher, coding), max_concurrent=setup.look_ahead)
    return SearchPlan(setup.space, setup.trials, limited)
