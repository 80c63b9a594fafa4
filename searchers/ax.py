"""Bayesian optimisation by Ax and BoTorch."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


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
)
def ax(setup: SearchSetup) -> SearchPlan:
    """Olson et al., Ax: A Platform for Adaptive Experimentation, AutoML 2025."""
    from searchers._ax import SteadyAx

    return adapt(setup, SteadyAx, seed=setup.seed, n_startup_trials=setup.n_startup_trials)
