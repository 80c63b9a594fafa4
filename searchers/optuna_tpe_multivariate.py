"""Optuna's Tree-structured Parzen Estimator of all hyperparameters together."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, TPE_OPTIONS, given, optuna_plan, ray_lines


@searcher(
    "optuna-tpe-multivariate",
    "Tree-structured Parzen Estimator of Optuna, one density for all hyperparameters (Optuna's default)",
    requires=("optuna",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options=TPE_OPTIONS,
    native=optuna_native("TPESampler", "n_startup_trials"),
    native_kinds=KINDS,
    plain=ray_lines("TPESampler", "n_startup_trials={n_startup_trials}", "multivariate=True"),
)
def optuna_tpe_multivariate(
    setup: SearchSetup,
    *,
    n_startup_trials: int | None = None,
    n_ei_candidates: int = 24,
    constant_liar: bool | None = None,
) -> SearchPlan:
    """Falkner, Klein and Hutter, BOHB, ICML 2018, section 3.2 (the multivariate density)."""
    return optuna_plan(
        setup,
        "TPESampler",
        multivariate=True,
        n_ei_candidates=n_ei_candidates,
        **given(constant_liar=constant_liar),
        **setup.startup_option("n_startup_trials", n_startup_trials),
    )
