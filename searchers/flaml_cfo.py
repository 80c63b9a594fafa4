"""FLAML's CFO."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_flaml import flaml_native
from searchers.flaml_blendsearch import REPAIRS, ray_lines

#: FLAML's own first step.
STEP = 0.1


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
    options={
        "stepsize": Option(
            "first step of a local search, as a share of the space's diagonal",
            above=0,
            most=1,
            extremes=(0.02, 0.5),
            source="STEPSIZE of flaml.tune.searcher.flow2.FLOW2; delta of arXiv 2005.01571",
        )
    },
    native=flaml_native("CFO"),
    plain=ray_lines("CFO"),
)
def flaml_cfo(setup: SearchSetup, *, stepsize: float = STEP) -> SearchPlan:
    """Wu, Wang and Huang, Frugal Optimization for Cost-related Hyperparameters, AAAI 2021."""
    from searchers._flaml import SteadyCFO

    step = None if stepsize == STEP else stepsize

    return adapt(setup, SteadyCFO, seed=setup.seed, trials=setup.trials, step=step)
