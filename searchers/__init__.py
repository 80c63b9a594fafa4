"""Search algorithms, one file each; each registers itself in ``benchmarks.registry``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ray.tune.search import Searcher

    from benchmarks.registry import SearchPlan, SearchSetup

#: Kinds that every library's adapter in Ray 2.60 honours.  None honours all quantised ones: steps are
#: dropped, or a bound that is no multiple of the step is violated.
UNQUANTISED = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice"})


def adapt(setup: SearchSetup, searcher: Searcher, native: frozenset[str] = UNQUANTISED) -> SearchPlan:
    """Return the plan of a library's searcher: repaired, and limited to the look-ahead that all share.

    Args:
        setup: what ``build`` was given.
        searcher: any ``ray.tune.search.Searcher``, without a space, metric or mode of its own.
        native: the kinds of domain that the library honours itself (names as ``benchmarks.space.kind`` gives
            them); every other reaches it as a float of the same distribution.  The default leaves out what no
            adapter of Ray 2.60 gets right: steps.
    """
    from ray.tune.search import ConcurrencyLimiter

    from benchmarks.registry import SearchPlan
    from searchers._adapter import Adapted

    limited = ConcurrencyLimiter(Adapted(searcher, native), max_concurrent=setup.look_ahead)
    return SearchPlan(setup.space, setup.trials, limited)
