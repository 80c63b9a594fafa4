"""Optuna's genetic algorithm."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines


@searcher(
    "optuna-nsga2",
    "elitist genetic algorithm of Optuna (NSGA-II), with one objective",
    requires=("optuna",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    native=optuna_native("NSGAIISampler"),
    native_kinds=KINDS,
    plain=ray_lines("NSGAIISampler"),
)
def optuna_nsga2(setup: SearchSetup) -> SearchPlan:
    """Deb et al., A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE TEVC 6 (2002).

    Its population is Optuna's own: the first 50 trials are drawn at random.
    """
    return optuna_plan(setup, "NSGAIISampler")
