"""Gaussian-process optimisation by the package bayesian-optimization."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_bayesopt import KINDS, bayesopt_native
from searchers._optuna import startup

INIT_POINTS = 5  # random trials by the default of ``BayesianOptimization.maximize``; Ray's is 10

KAPPA = 2.576  # of the package and of Ray


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
        "random point fills the gap (https://github.com/ray-project/ray/issues/28063).",
        "BayesOptSearch loses configurations to begin with if it is asked for them while it waits for "
        "results; here it gives them all.",
    ),
    options={
        "random_search_steps": startup("BayesOptSearch"),
        "kappa": Option(
            "weight of the model's uncertainty: larger explores more",
            least=0,
            extremes=(0.1, 10),
            source="BayesOptSearch's utility_kwargs",
        ),
    },
    native=bayesopt_native,
    native_kinds=KINDS,
    plain=(
        "from ray.tune.search.bayesopt import BayesOptSearch",
        "BayesOptSearch(random_search_steps={n_startup_trials}, random_state=0)",
    ),
)
def bayesopt(
    setup: SearchSetup, *, random_search_steps: int | None = None, kappa: float = KAPPA
) -> SearchPlan:
    """Nogueira, Bayesian Optimization (2014).  It knows floats only; all others are encoded."""
    from searchers._bayesopt import SteadyBayesOpt

    return adapt(
        setup,
        SteadyBayesOpt,
        native=KINDS,
        random_state=setup.seed,
        utility_kwargs={"kind": "ucb", "kappa": kappa, "xi": 0.0},
        **setup.startup_option("random_search_steps", random_search_steps)
        or {"random_search_steps": INIT_POINTS},
    )
