"""Optuna's Gaussian process."""

from __future__ import annotations

import logging

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines


@searcher(
    "optuna-gp",
    "Gaussian process with logarithmic expected improvement, of Optuna",
    requires=("optuna", "torch", "scipy"),
    seconds_of_300=400.0,
    repairs=REPAIRS,
    native=optuna_native("GPSampler", "n_startup_trials", warn_independent_sampling=False),
    native_kinds=KINDS,
    plain=ray_lines("GPSampler", "n_startup_trials={n_startup_trials}"),
)
def optuna_gp(setup: SearchSetup) -> SearchPlan:
    """Ament et al., Unexpected Improvements to Expected Improvement, NeurIPS 2023."""
    logging.getLogger("optuna._gp.batched_lbfgsb").setLevel(logging.ERROR)  # that greenlet would be faster
    return optuna_plan(
        setup, "GPSampler", warn_independent_sampling=False, **setup.startup_option("n_startup_trials")
    )
