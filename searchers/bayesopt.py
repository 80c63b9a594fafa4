"""Gaussian-process optimisation by the package bayesian-optimization."""

from __future__ import annotations

from benchmarks.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "bayesopt",
    "Gaussian process with upper confidence bound, of bayesian-optimization",
    requires=("bayesian-optimization",),
)
def bayesopt(setup: SearchSetup) -> SearchPlan:
    """Nogueira, Bayesian Optimization (2014).  It knows floats only, so the whole space is encoded."""
    from searchers._bayesopt import SteadyBayesOpt

    return adapt(
        setup,
        SteadyBayesOpt,
        native=frozenset(),
        random_state=setup.seed,
        random_search_steps=setup.startup,
    )
