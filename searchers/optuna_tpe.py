"""Optuna's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines


@searcher(
    "optuna-tpe",
    "Tree-structured Parzen Estimator of Optuna, each hyperparameter by itself",
    requires=("optuna",),
    seconds_of_300=15.0,
    repairs=REPAIRS,
    native=optuna_native("TPESampler", "n_startup_trials", multivariate=False),
    native_kinds=KINDS,
    plain=ray_lines("TPESampler", "n_startup_trials={n_startup_trials}", "multivariate=False"),
)
def optuna_tpe(setup: SearchSetup) -> SearchPlan:
    """Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011.

    Optuna 5 models all hyperparameters together by default: that is optuna-tpe-multivariate.
    """
    return optuna_plan(setup, "TPESampler", multivariate=False, **setup.startup_option("n_startup_trials"))
