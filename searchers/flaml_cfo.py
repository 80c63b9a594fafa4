"""FLAML's CFO."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_flaml import flaml_native
from searchers.flaml_blendsearch import REPAIRS, ray_lines


@searcher(
    "flaml-cfo",
    "randomised direct search (CFO of FLAML)",
    requires=("flaml", "optuna"),
    seconds_of_300=5.0,
    repairs=(
        *REPAIRS,
        "CFO given points_to_evaluate raises KeyError when the last of them has a result; here it learns "
        "from each.",
    ),
    native=flaml_native("CFO"),
    plain=ray_lines("CFO"),
)
def flaml_cfo(setup: SearchSetup) -> SearchPlan:
    """Wu, Wang and Huang, Frugal Optimization for Cost-related Hyperparameters, AAAI 2021."""
    from searchers._flaml import SteadyCFO

    return adapt(setup, SteadyCFO, seed=setup.seed, trials=setup.trials)
