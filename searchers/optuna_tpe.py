"""Optuna's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, TPE_OPTIONS, given, optuna_plan, ray_lines


@searcher(
    "optuna-tpe",
    "Tree-structured Parzen Estimator of Optuna, each hyperparameter by itself",
    requires=("optuna",),
    seconds_of_300=15.0,
    repairs=REPAIRS,
    options=TPE_OPTIONS
    | {
        "multivariate": Option(
            "one density for all hyperparameters, as optuna-tpe-multivariate has it",
            source="optuna.samplers.TPESampler; arXiv 1807.01774",
        )
    },
    native=optuna_native("TPESampler", "n_startup_trials", multivariate=False),
    native_kinds=KINDS,
    plain=ray_lines("TPESampler", "n_startup_trials={n_startup_trials}", "multivariate=False"),
)
def optuna_tpe(
    setup: SearchSetup,
    *,
    n_startup_trials: int | None = None,
    n_ei_candidates: int = 24,
    multivariate: bool = False,
    constant_liar: bool | None = None,
) -> SearchPlan:
    """Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011.

    Optuna 5 models all hyperparameters together by default: that is optuna-tpe-multivariate.
    """
    return optuna_plan(
        setup,
        "TPESampler",
        multivariate=multivariate,
        n_ei_candidates=n_ei_candidates,
        **given(constant_liar=constant_liar),
        **setup.startup_option("n_startup_trials", n_startup_trials),
    )
