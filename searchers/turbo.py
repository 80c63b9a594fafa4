"""TuRBO on BoTorch."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._optuna import startup


@searcher(
    "turbo",
    "Thompson sampling of a Gaussian process in a trust region around the best trial (TuRBO, on BoTorch)",
    requires=("botorch", "gpytorch"),
    install="pip install botorch==0.17.2",
    seconds_of_300=600.0,
    options={
        "n_init": startup("TuRBO; Sobol points"),
        "length": Option(
            "side of a new trust region, where the whole space has 1",
            above=0.5**7,
            most=1.6,
            extremes=(0.1, 1.6),
            source="TuRBO; L_init of arXiv 1910.01739",
        ),
        "success_tolerance": Option(
            "results in a row that are the best so far, after which the region doubles",
            least=1,
            extremes=(1, 10),
            source="TuRBO; tau_succ of arXiv 1910.01739",
        ),
        "failure_tolerance": Option(
            "results in a row that are not, after which it halves",
            least=1,
            extremes=(1, 20),
            default="the number of hyperparameters, and 4 at least",
            source="TuRBO; tau_fail of arXiv 1910.01739",
        ),
        "n_candidates": Option(
            "candidates a hyperparameter, 5,000 at most in all, of which the best in a draw is proposed",
            least=1,
            extremes=(10, 500),
            source="TuRBO; arXiv 1910.01739",
        ),
    },
)
def turbo(
    setup: SearchSetup,
    *,
    n_init: int | None = None,
    length: float = 0.8,
    success_tolerance: int = 3,
    failure_tolerance: int | None = None,
    n_candidates: int = 100,
) -> SearchPlan:
    """Eriksson et al., Scalable Global Optimization via Local Bayesian Optimization, NeurIPS 2019 (TuRBO-1).

    Written here, since no package has it: a library's sequence to compare it with there is not.  Categories
    and conditions reach it encoded as numbers.
    """
    from searchers._turbo import TurboSearch

    return adapt(
        setup,
        TurboSearch,
        frozenset(),
        seed=setup.seed,
        n_init=setup.startup_option("n_init", n_init).get("n_init"),
        length=length,
        success_tolerance=success_tolerance,
        failure_tolerance=failure_tolerance,
        n_candidates=n_candidates,
    )
