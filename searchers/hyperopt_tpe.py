"""HyperOpt's Tree-structured Parzen Estimator."""

from __future__ import annotations

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup, searcher
from searchers._native_hyperopt import KINDS, hyperopt_native
from searchers._optuna import startup

REPAIRS = (
    "HyperOptSearch violates bounds that are not multiples of the step, and draws both ends of lograndint "
    "half as often as it should; here such domains reach HyperOpt encoded.",
    "HyperOptSearch loops without end over configurations to begin with where the space has conditions; here "
    "it begins with them.",
)


@searcher(
    "hyperopt",
    "Tree-structured Parzen Estimator of HyperOpt, which knows conditions",
    requires=("hyperopt",),
    seconds_of_300=15.0,
    repairs=REPAIRS,
    options={
        "n_initial_points": startup("HyperOptSearch"),
        "gamma": Option(
            "share of trials that count as good",
            above=0,
            below=1,
            extremes=(0.05, 0.9),
            source="HyperOptSearch; gamma of NeurIPS 2011",
        ),
    },
    native=hyperopt_native("tpe", "n_startup_jobs"),
    native_kinds=KINDS,
    plain=(
        "from ray.tune.search.hyperopt import HyperOptSearch",
        "HyperOptSearch(n_initial_points={n_startup_trials}, random_state_seed=0)",
    ),
)
def hyperopt_tpe(
    setup: SearchSetup, *, n_initial_points: int | None = None, gamma: float = 0.25
) -> SearchPlan:
    """Bergstra, Yamins and Cox, Making a Science of Model Search, ICML 2013."""
    from searchers._hyperopt import hyperopt_plan

    return hyperopt_plan(setup, gamma=gamma, **setup.startup_option("n_initial_points", n_initial_points))
