"""Optuna's genetic algorithm."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, given, optuna_plan, ray_lines


@searcher(
    "optuna-nsga2",
    "elitist genetic algorithm of Optuna (NSGA-II), with one objective",
    requires=("optuna",),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={
        "population_size": Option(
            "trials of a generation", least=2, extremes=(2, 8), source="optuna.samplers.NSGAIISampler"
        ),
        "crossover_prob": Option(
            "how often two parents are crossed", least=0, most=1, source="optuna.samplers.NSGAIISampler"
        ),
        "mutation_prob": Option(
            "how often a hyperparameter is drawn anew",
            least=0,
            most=1,
            default="1 / the number of hyperparameters",
            source="optuna.samplers.NSGAIISampler",
        ),
    },
    native=optuna_native("NSGAIISampler"),
    native_kinds=KINDS,
    plain=ray_lines("NSGAIISampler"),
)
def optuna_nsga2(
    setup: SearchSetup,
    *,
    population_size: int = 50,
    crossover_prob: float = 0.9,
    mutation_prob: float | None = None,
) -> SearchPlan:
    """Deb et al., A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II, IEEE TEVC 6 (2002).

    Its population is Optuna's own: the first 50 trials are drawn at random.
    """
    return optuna_plan(
        setup,
        "NSGAIISampler",
        population_size=population_size,
        crossover_prob=crossover_prob,
        **given(mutation_prob=mutation_prob),
    )
