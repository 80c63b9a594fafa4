"""Nevergrad's particle swarm optimisation."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers.nevergrad_oneplusone import REPAIRS


@searcher(
    "nevergrad-pso",
    "particle swarm optimisation of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=(
        *REPAIRS,
        "Nevergrad's PSO draws its first 40 trials at random; here as many as every other searcher.",
    ),
    plain=(
        "from nevergrad import optimizers",
        "from ray.tune.search.nevergrad import NevergradSearch",
        'NevergradSearch(optimizers.PSO, {"budget": {trials}, "num_workers": {workers}})',
    ),
)
def nevergrad_pso(setup: SearchSetup) -> SearchPlan:
    """Kennedy and Eberhart, Particle Swarm Optimization, ICNN 1995."""
    from nevergrad import families

    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, families.ConfPSO(transform="arctan", popsize=setup.n_startup_trials))
