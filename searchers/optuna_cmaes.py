"""Optuna's covariance matrix adaptation, by the package cmaes."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, given, optuna_plan, ray_lines


@searcher(
    "optuna-cmaes",
    "covariance matrix adaptation evolution strategy of Optuna",
    requires=("optuna", "cmaes"),
    seconds_of_300=10.0,
    repairs=(
        *REPAIRS,
        "CmaEsSampler draws categories at random to the end; here they reach it as a float, and it learns.",
    ),
    options={
        "n_startup_trials": Option(
            "random trials before the strategy begins",
            least=1,
            extremes=(5,),
            source="optuna.samplers.CmaEsSampler",
        ),
        "popsize": Option(
            "trials of a generation",
            least=4,
            extremes=(4, 10),
            default="4 + 3 ln(dimensions)",
            source="optuna.samplers.CmaEsSampler; lambda of arXiv 1604.00772",
        ),
        "lr_adapt": Option(
            "the learning rate adapts to noise and many optima",
            source="optuna.samplers.CmaEsSampler; arXiv 2304.03473",
        ),
    },
    native=optuna_native("CmaEsSampler", warn_independent_sampling=False),
    native_kinds=KINDS,
    plain=ray_lines("CmaEsSampler"),
)
def optuna_cmaes(
    setup: SearchSetup,
    *,
    n_startup_trials: int = 1,
    popsize: int | None = None,
    lr_adapt: bool = False,
) -> SearchPlan:
    """Hansen and Ostermeier, Completely Derandomized Self-Adaptation, Evolutionary Computation 9 (2001).

    Its one random trial and its population are Optuna's own.
    """
    return optuna_plan(
        setup,
        "CmaEsSampler",
        UNQUANTISED - {"choice"},
        n_startup_trials=n_startup_trials,
        lr_adapt=lr_adapt,
        warn_independent_sampling=False,
        **given(popsize=popsize),
    )
