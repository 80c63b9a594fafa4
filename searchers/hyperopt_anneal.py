"""HyperOpt's annealing."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_hyperopt import KINDS, hyperopt_native
from searchers.hyperopt_tpe import REPAIRS


@searcher(
    "hyperopt-anneal",
    "annealing of HyperOpt: draws ever closer to one of the best trials",
    requires=("hyperopt",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={
        "avg_best_idx": Option(
            "mean rank of the trial around which it draws",
            above=1,
            extremes=(1.1, 10),
            source="hyperopt.anneal.suggest",
        ),
        "shrink_coef": Option(
            "how fast its draws come closer",
            least=0,
            extremes=(0, 1),
            source="hyperopt.anneal.suggest",
        ),
    },
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
def hyperopt_anneal(setup: SearchSetup, *, avg_best_idx: float = 2.0, shrink_coef: float = 0.1) -> SearchPlan:
    """Bergstra et al., Hyperopt: A Python Library for Model Selection, Comput. Sci. Discov. 8 (2015).

    It has no random start: from the first result on it draws around what was best.
    """
    from functools import partial

    from hyperopt import anneal

    from searchers._hyperopt import hyperopt_plan

    suggest = partial(anneal.suggest, avg_best_idx=avg_best_idx, shrink_coef=shrink_coef)
    return hyperopt_plan(setup, algorithm=suggest)
