"""Optuna's samplers: reached by Ray's adapter, without the warnings that they print in a loop."""

from __future__ import annotations

import warnings
from typing import Any

from benchmarks.suite.registry import Option, SearchPlan, SearchSetup
from searchers import UNQUANTISED, adapt

REPAIRS = (
    "OptunaSearch drops the step of qloguniform and refuses conditions; here both reach Optuna encoded.",
    "A trial that reports NaN stays running in Optuna's study without end; here it counts as failed.",
)


def startup(source: str) -> Option:
    """Return the option for the random trials before a model proposes."""
    return Option(
        "random trials before the model proposes",
        least=1,
        extremes=(1, 20),
        default="a quarter of the trials, from 3 to 10; with --startup library, the library's own",
        source=source,
    )


#: Options of both forms of TPESampler.
TPE_OPTIONS = {
    "n_startup_trials": startup("optuna.samplers.TPESampler"),
    "n_ei_candidates": Option(
        "draws from the density of good trials, of which the best is proposed",
        least=1,
        extremes=(1, 100),
        source="optuna.samplers.TPESampler; NeurIPS 2011, section 4",
    ),
    "constant_liar": Option(
        "trials that are still running count as bad ones",
        default="Optuna's own: true since Optuna 5",
        source="optuna.samplers.TPESampler",
    ),
}


def given(**options: Any) -> dict[str, Any]:
    """Return the options that are given; the library decides on the others."""
    return {name: value for name, value in options.items() if value is not None}


def ray_lines(sampler: str, *options: str) -> tuple[str, ...]:
    """Return the lines of Python that make a sampler of that name with Ray alone (``Spec.plain``)."""
    arguments = ", ".join([*options, "seed=0"])
    return (
        f"from optuna.samplers import {sampler}",
        "from ray.tune.search.optuna import OptunaSearch",
        f"OptunaSearch(sampler={sampler}({arguments}))",
    )


def optuna_sampler(setup: SearchSetup, name: str, **options: Any) -> Any:
    """Return the sampler of that name in ``optuna.samplers``, seeded."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)  # else it announces each study
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return getattr(optuna.samplers, name)(seed=setup.seed, **options)


def optuna_plan(
    setup: SearchSetup, sampler: str, native: frozenset[str] = UNQUANTISED, **options: Any
) -> SearchPlan:
    """Return the plan of the sampler of that name; ``options`` are the sampler's."""
    from ray.tune.search.optuna import OptunaSearch

    return adapt(setup, OptunaSearch, native, sampler=optuna_sampler(setup, sampler, **options))
