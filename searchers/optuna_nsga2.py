"""Optuna's genetic algorithm."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._optuna import REPAIRS, optuna_plan


@searcher(
    "optuna-nsga2",
    "elitist genetic algorithm of Optuna (NSGA-II), with one objective",
    requires=("optuna",),
    seconds_of_300=10.0,
    repairs=(
        *REPAIRS,
        "NSGAIISampler draws its first 50 trials at random; here as many as every other searcher.",
    ),
    plain=(
        "from optuna.samplers import NSGAIISampler",
        "from ray.tune.search.optuna import OptunaSearch",
        "OptunaSearch(sampler=NSGAIISampler(seed=0))",
    ),
)
def optuna_nsga2(setup: SearchSetup) -> SearchPlan:
    """Deb et al., A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE TEVC 6 (2002)."""
    return optuna_plan(setup, "NSGAIISampler", population_size=setup.n_startup_trials)
