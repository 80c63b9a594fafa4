"""HyperOpt's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher("hyperopt", "Tree-structured Parzen Estimator of HyperOpt", requires=("hyperopt",))
def hyperopt_tpe(setup: SearchSetup) -> SearchPlan:
    """Bergstra, Yamins and Cox, Making a Science of Model Search, ICML 2013."""
    from ray.tune.search.hyperopt import HyperOptSearch

    return adapt(setup, HyperOptSearch, random_state_seed=setup.seed, n_initial_points=setup.startup)
