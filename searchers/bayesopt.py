"""Gaussian-process optimisation by the package bayesian-optimization."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt


@searcher(
    "bayesopt",
    "Gaussian process with upper confidence bound, of bayesian-optimization",
    requires=("bayesian-optimization",),
    seconds_of_300=400.0,
    repairs=(
        "BayesOptSearch drops logarithmic scales and steps, and refuses integers, categories and conditions; "
        "here they reach it encoded.",
        "BayesOptSearch stops proposing if one of its first random trials fails or pauses; here it does not.",
        "BayesOptSearch gives nothing, and at last gives up, when its model proposes a point again; here a "
        "random point fills the gap.",
        "BayesOptSearch loses configurations to begin with if it is asked for them while it waits for "
        "results; here it gives them all.",
    ),
)
def bayesopt(setup: SearchSetup) -> SearchPlan:
    """Nogueira, Bayesian Optimization (2014).  It knows floats only, so the whole space is encoded."""
    from searchers._bayesopt import SteadyBayesOpt

    return adapt(
        setup,
        SteadyBayesOpt,
        native=frozenset(),
        random_state=setup.seed,
        random_search_steps=setup.n_startup_trials,
    )
