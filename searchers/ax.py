"""Bayesian optimisation by Ax and BoTorch."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._optuna import startup


@searcher(
    "ax",
    "Gaussian process with expected improvement, of Ax",
    requires=("ax-platform", "botorch"),
    install="pip install ax-platform==1.2.4 botorch==0.17.2",
    seconds_of_300=3000.0,
    repairs=(
        "AxSearch never tells Ax that a trial failed, so that it always counts as running and Ax stops "
        "proposing; here Ax learns of it.",
        "AxSearch returns None while Ax waits for data; here it always has a suggestion.",
    ),
    options={"num_initialization_trials": startup("Ax's choose_generation_strategy_kwargs; Sobol points")},
)
def ax(setup: SearchSetup, *, num_initialization_trials: int | None = None) -> SearchPlan:
    """Olson et al., Ax: A Platform for Adaptive Experimentation, AutoML 2025."""
    from searchers._ax import SteadyAx

    startup_trials = num_initialization_trials or setup.n_startup_trials
    return adapt(setup, SteadyAx, seed=setup.seed, n_startup_trials=startup_trials)
