"""Heteroscedastic evolutionary Bayesian optimisation by the package HEBO."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._optuna import startup


@searcher(
    "hebo",
    "Gaussian process with three acquisitions at once (HEBO)",
    requires=("HEBO", "catboost", "disjoint-set", "pymoo", "gpytorch"),
    install="python -m tunegrid.install_hebo",
    seconds_of_300=3600.0,
    repairs=(
        "HEBO's own pins make pip install a numpy that ray.tune cannot be imported with; "
        "tunegrid.install_hebo installs it without them.",
        "HEBOSearch asks HEBO for eight configurations at once and waits until all eight have ended; here it "
        "asks for one at a time, so that each knows all results.",
        "HEBO does not repeat with a seed, because pymoo's NSGA-II inside it takes one from the system each "
        "time; here it does.",
    ),
    options={"rand_sample": startup("HEBO; Sobol points")},
)
def hebo(setup: SearchSetup, *, rand_sample: int | None = None) -> SearchPlan:
    """Cowen-Rivers et al., HEBO: Pushing the Limits of Sample-Efficient Hyperparameter Optimisation, 2022."""
    from searchers._hebo import SeededHEBO

    startup_trials = rand_sample or setup.n_startup_trials
    return adapt(setup, SeededHEBO, seed=setup.seed, n_startup_trials=startup_trials)
