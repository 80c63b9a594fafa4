"""Optuna's samplers: reached by Ray's adapter, without the warnings that they print in a loop."""

from __future__ import annotations

import warnings
from typing import Any

from benchmarks.suite.registry import SearchPlan, SearchSetup
from searchers import UNQUANTISED, adapt

REPAIRS = (
    "OptunaSearch drops the step of qloguniform and refuses conditions; here both reach Optuna encoded.",
    "A trial that reports NaN stays running in Optuna's study without end; here it counts as failed.",
)


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
