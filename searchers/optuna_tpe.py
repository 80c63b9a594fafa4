"""Optuna's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher


@searcher("optuna-tpe", "Tree-structured Parzen Estimator of Optuna", requires=("optuna",))
def optuna_tpe(setup: SearchSetup) -> SearchPlan:
    """Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011."""
    import optuna
    from ray.tune.search.optuna import OptunaSearch

    from searchers._adapter import plan

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=setup.seed, n_startup_trials=setup.startup)
    return plan(setup, OptunaSearch(sampler=sampler))
