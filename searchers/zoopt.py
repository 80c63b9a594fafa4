"""Classification-based optimisation by the package zoopt."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_zoopt import KINDS, zoopt_native


@searcher(
    "zoopt",
    "sequential randomised coordinate shrinking (SRACOS) of ZOOpt",
    requires=("zoopt",),
    seconds_of_300=2.0,
    repairs=(
        "ZOOptSearch waits without end once one of its first trials fails, or all of them end before it is "
        "asked again; here it always has a suggestion.",
        "ZOOpt's classifier draws only the first two categories of a choice; here it draws them all.",
        "ZOOpt loops without end after two equal configurations, gives up on a small space, and ends the "
        "process if the budget is below three trials; here it does none of these.",
        "ZOOptSearch has no logarithmic scale, drops steps and rounds floats to twelve decimals; here floats "
        "reach it as a share of [0, 1].",
        "The part of ZOOpt that Ray uses leaves the last of its first solutions out of the classifier's "
        "data; here they are all in it, as in ZOOpt itself.",
    ),
    options={
        "exploration_rate": Option(
            "how often it draws from all of the space in place of the good part",
            least=0,
            most=1,
            extremes=(0, 0.9),
            source="zoopt.Parameter",
        ),
    },
    native=zoopt_native,
    native_kinds=KINDS,
    plain=(
        "from ray.tune.search.zoopt import ZOOptSearch",
        "# Ray's ZOOptSearch refuses logarithmic domains: give the exponents of these.",
        'ZOOptSearch(algo="asracos", budget={trials}, parallel_num={workers})',
    ),
)
def zoopt(setup: SearchSetup, *, exploration_rate: float = 0.01) -> SearchPlan:
    """Hu, Qian and Yu, Sequential Classification-Based Optimization for Direct Policy Search, AAAI 2017.

    The number of its first, random solutions is that of the sets that it keeps: ZOOpt's own.
    """
    from searchers._zoopt import SteadyZoopt

    return adapt(
        setup,
        SteadyZoopt,
        native=frozenset({"randint", "choice"}),
        budget=setup.trials,
        exploration_rate=exploration_rate,
    )
