"""Optuna's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher("optuna-tpe", "Tree-structured Parzen Estimator of Optuna", requires=("optuna",))
def optuna_tpe(setup: SearchSetup) -> SearchPlan:
    """Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011."""
    import optuna
    from ray.tune.search.optuna import OptunaSearch

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=setup.seed, n_startup_trials=setup.startup)
    return adapt(setup, OptunaSearch, sampler=sampler)
