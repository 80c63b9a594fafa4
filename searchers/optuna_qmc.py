"""Optuna's quasi-random sequence."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_optuna import KINDS, optuna_native
from searchers._optuna import REPAIRS, optuna_plan, ray_lines


@searcher(
    "optuna-qmc",
    "quasi-random search of Optuna: a scrambled Sobol sequence, after one random trial",
    requires=("optuna", "scipy"),
    seconds_of_300=10.0,
    learns=False,
    repairs=REPAIRS,
    options={
        "qmc_type": Option("the sequence", choices=("sobol", "halton"), source="optuna.samplers.QMCSampler"),
        "scramble": Option(
            "another sequence for each seed; without it all repetitions are the same points",
            source="optuna.samplers.QMCSampler",
        ),
    },
    settings=(
        "Optuna's sequence is not scrambled unless it is asked for: all repetitions would then be the same "
        "points, of which the first is the middle of the space; here it is scrambled.",
    ),
    native=optuna_native("QMCSampler", set_otherwise={"scramble": True}, warn_independent_sampling=False),
    native_kinds=KINDS,
    plain=ray_lines("QMCSampler"),
)
def optuna_qmc(setup: SearchSetup, *, qmc_type: str = "sobol", scramble: bool = True) -> SearchPlan:
    """Bergstra and Bengio, Random Search for Hyper-Parameter Optimization, JMLR 13 (2012), section 4."""
    return optuna_plan(
        setup, "QMCSampler", qmc_type=qmc_type, scramble=scramble, warn_independent_sampling=False
    )
