"""HyperOpt's annealing."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_hyperopt import KINDS, hyperopt_native
from searchers.hyperopt_tpe import REPAIRS


@searcher(
    "hyperopt-anneal",
    "annealing of HyperOpt: draws ever closer to one of the best trials",
    requires=("hyperopt",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    native=hyperopt_native("anneal"),
    native_kinds=KINDS,
    plain=(
        "from hyperopt import anneal",
        "from ray.tune.search.hyperopt import HyperOptSearch",
        "search = HyperOptSearch(random_state_seed=0)",
        "search.algo = anneal.suggest",
        "search",
    ),
)
def hyperopt_anneal(setup: SearchSetup) -> SearchPlan:
    """Bergstra et al., Hyperopt: A Python Library for Model Selection, Comput. Sci. Discov. 8 (2015).

    It has no random start: from the first result on it draws around what was best.
    """
    from hyperopt import anneal

    from searchers._hyperopt import hyperopt_plan

    return hyperopt_plan(setup, algorithm=anneal.suggest)
