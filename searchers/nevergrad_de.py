"""Nevergrad's differential evolution."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers.nevergrad_oneplusone import REPAIRS


@searcher(
    "nevergrad-de",
    "differential evolution of Nevergrad",
    requires=("nevergrad",),
    seconds_of_300=10.0,
    repairs=(
        *REPAIRS,
        "Nevergrad's DE draws its first 30 trials at random; here as many as every other searcher.",
    ),
    plain=(
        "from nevergrad import optimizers",
        "from ray.tune.search.nevergrad import NevergradSearch",
        'NevergradSearch(optimizers.DE, {"budget": {trials}, "num_workers": {workers}})',
    ),
)
def nevergrad_de(setup: SearchSetup) -> SearchPlan:
    """Storn and Price, Differential Evolution, Journal of Global Optimization 11 (1997)."""
    from nevergrad import families

    from searchers._nevergrad import nevergrad_plan

    return nevergrad_plan(setup, families.DifferentialEvolution(popsize=setup.n_startup_trials))
