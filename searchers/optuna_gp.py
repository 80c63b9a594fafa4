"""Optuna's Gaussian process."""

from __future__ import annotations

import logging

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines, startup


@searcher(
    "optuna-gp",
    "Gaussian process with logarithmic expected improvement, of Optuna",
    requires=("optuna", "torch", "scipy"),
    seconds_of_300=400.0,
    repairs=REPAIRS,
    options={
        "n_startup_trials": startup("optuna.samplers.GPSampler"),
        "deterministic_objective": Option(
            "the results have no noise, so that the model goes through them",
            source="optuna.samplers.GPSampler",
        ),
    },
    native=optuna_native("GPSampler", "n_startup_trials", warn_independent_sampling=False),
    native_kinds=KINDS,
    plain=ray_lines("GPSampler", "n_startup_trials={n_startup_trials}"),
)
def optuna_gp(
    setup: SearchSetup, *, n_startup_trials: int | None = None, deterministic_objective: bool = False
) -> SearchPlan:
    """Ament et al., Unexpected Improvements to Expected Improvement, NeurIPS 2023."""
    logging.getLogger("optuna._gp.batched_lbfgsb").setLevel(logging.ERROR)  # that greenlet would be faster
    return optuna_plan(
        setup,
        "GPSampler",
        deterministic_objective=deterministic_objective,
        warn_independent_sampling=False,
        **setup.startup_option("n_startup_trials", n_startup_trials),
    )
