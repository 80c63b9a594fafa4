"""Search algorithms, one file each; each registers itself in ``benchmarks.suite.registry``."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ray.tune.search import Searcher

    from benchmarks.suite.registry import SearchPlan, SearchSetup

#: Kinds that nearly every library's adapter in Ray 2.60 honours.  None honours all quantised ones: steps are
#: dropped, or a bound that is not a multiple of the step is violated; and all but one refuse conditions.
UNQUANTISED = frozenset({"uniform", "loguniform", "randint", "lograndint", "choice"})


def adapt(
    setup: SearchSetup,
    library: Callable[..., Searcher],
    native: frozenset[str] = UNQUANTISED,
    **options: Any,
) -> SearchPlan:
    """Return the plan of a library's searcher: repaired, and limited to the look-ahead that all share.

    >>> import tunegrid as tg
    >>> from ray import tune
    >>> from ray.tune.search.optuna import OptunaSearch
    >>> setup = tg.SearchSetup({"lr": tune.loguniform(1e-4, 1)}, trials=8, seed=1, max_concurrent=2)
    >>> plan = tg.adapt(setup, OptunaSearch, seed=setup.seed)
    >>> plan.num_samples
    8

    Args:
        setup: the argument of ``build``.
        library: makes the ``ray.tune.search.Searcher``, without a space, metric or mode of its own; its
            class, as a rule.  If it takes ``points_to_evaluate``, it is given the setup's first
            configurations, as the library sees them; if ``cheap``, the setup's values at which training is
            cheapest.
        native: the kinds of domain that the library honours itself (names as ``spaces.domains.kind`` gives
            them); every other reaches it encoded, with the same distribution.
        options: passed on to ``library``.
    """
    from benchmarks.spaces.encoding import Encoding
    from benchmarks.suite.registry import SearchPlan
    from searchers._adapter import Adapted

    first, taken = setup.first, inspect.signature(library).parameters
    if setup.cheap and "cheap" in taken:
        options["cheap"] = Encoding(setup.space, native).encode_some(setup.cheap)
    if first and "points_to_evaluate" in taken:
        encoding = Encoding(setup.space, native)
        options["points_to_evaluate"] = [encoding.encode(config) for config in first]
        first = ()
    searcher = library(**options)
    return SearchPlan(
        setup.space, setup.trials, Adapted(searcher, native, setup.max_concurrent, setup.seed, first)
    )
