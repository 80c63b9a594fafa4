"""FLAML's BlendSearch."""

from __future__ import annotations

from benchmarks.suite.registry import SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_flaml import flaml_native
from searchers._optuna import startup

REPAIRS = (
    "FLAML's searchers return None now and then; here they are asked again, and always have a suggestion.",
    "FLAML's searchers sort the categories of the caller's space in place; here they get a copy.",
    "FLAML's searchers read the trial's configuration back from its result, and raise KeyError if it is not "
    "in the form that they gave it; here it is.",
    "Ray tells a searcher the result on which a trial ends only as its end; flaml.tune.run tells FLAML's "
    "local search of it as a result too; here that is so.",
)


def ray_lines(name: str) -> tuple[str, ...]:
    """Return the lines of Python that make a searcher of that name with Ray alone (``Spec.plain``)."""
    return (
        f"from flaml.tune.searcher.blendsearch import {name}",
        f"{name}(seed=0, num_samples={{trials}})",
    )


@searcher(
    "flaml-blendsearch",
    "local searches that a global one starts (BlendSearch of FLAML)",
    requires=("flaml", "optuna"),
    seconds_of_300=10.0,
    repairs=REPAIRS,
    options={"n_startup_trials": startup("optuna.samplers.TPESampler, its global search")},
    native=flaml_native("BlendSearch"),
    plain=ray_lines("BlendSearch"),
)
def flaml_blendsearch(setup: SearchSetup, *, n_startup_trials: int | None = None) -> SearchPlan:
    """Wang, Wu, Huang and Saied, Economical Hyperparameter Optimization with Blended Search, ICLR 2021."""
    import optuna

    from searchers._flaml import SteadyBlendSearch

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return adapt(
        setup,
        SteadyBlendSearch,
        seed=setup.seed,
        trials=setup.trials,
        **setup.startup_option("n_startup_trials", n_startup_trials),
    )
