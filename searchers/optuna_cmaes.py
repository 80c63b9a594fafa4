"""Optuna's covariance matrix adaptation, by the package cmaes."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import UNQUANTISED
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines


@searcher(
    "optuna-cmaes",
    "covariance matrix adaptation evolution strategy of Optuna",
    requires=("optuna", "cmaes"),
    seconds_of_300=10.0,
    repairs=(
        *REPAIRS,
        "CmaEsSampler draws categories at random to the end; here they reach it as a float, and it learns.",
    ),
    native=optuna_native("CmaEsSampler", warn_independent_sampling=False),
    native_kinds=KINDS,
    plain=ray_lines("CmaEsSampler"),
)
def optuna_cmaes(setup: SearchSetup) -> SearchPlan:
    """Hansen and Ostermeier, Completely Derandomized Self-Adaptation, Evolutionary Computation 9 (2001).

    Its one random trial and its population are Optuna's own.
    """
    return optuna_plan(
        setup,
        "CmaEsSampler",
        UNQUANTISED - {"choice"},
        warn_independent_sampling=False,
    )
