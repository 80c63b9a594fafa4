"""Optuna's quasi-random sequence."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers._optuna import REPAIRS, optuna_plan


@searcher(
    "optuna-qmc",
    "quasi-random search of Optuna: a scrambled Sobol sequence, after one random trial",
    requires=("optuna", "scipy"),
    seconds_of_300=10.0,
    learns=False,
    repairs=REPAIRS,
    plain=(
        "from optuna.samplers import QMCSampler",
        "from ray.tune.search.optuna import OptunaSearch",
        "OptunaSearch(sampler=QMCSampler(seed=0))",
    ),
)
def optuna_qmc(setup: SearchSetup) -> SearchPlan:
    """Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012), section 4."""
    return optuna_plan(setup, "QMCSampler", qmc_type="sobol", scramble=True, warn_independent_sampling=False)
