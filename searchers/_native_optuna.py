"""Optuna by its own API: a study that optimises an objective which suggests its values."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.suite.setups import NativeSetup

#: Optuna has neither a step on a logarithmic scale of floats, nor one of integers.
KINDS = frozenset({"uniform", "loguniform", "quniform", "randint", "lograndint", "qrandint"}) | {
    "choice",
    "conditional",
}


def optuna_native(
    sampler: str, startup: str = "", set_otherwise: Mapping[str, Any] | None = None, **options: Any
) -> Callable[[NativeSetup], None]:
    """Return the native loop of the sampler of that name in ``optuna.samplers``.

    Args:
        startup: its option for the number of random start-up trials; "" if it has none to level.
        set_otherwise: options that the searcher sets otherwise than Optuna's default.
        options: what makes it this searcher.
    """

    def search(setup: NativeSetup) -> None:
        import optuna

        levelled = setup.startup_option(startup) if startup else {}
        changed = {} if setup.defaults else set_otherwise or {}
        optuna.logging.set_verbosity(optuna.logging.WARNING)  # else it prints a line for each trial
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            made = getattr(optuna.samplers, sampler)(seed=setup.seed, **options, **levelled, **changed)
        study = optuna.create_study(sampler=made)
        study.optimize(lambda trial: setup.loss(suggested(trial, setup.space)), n_trials=setup.trials)

    return search


def suggested(trial: Any, space: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that an Optuna trial suggests for a space."""
    return {name: _suggest(trial, name, domain) for name, domain in space.items()}


def _suggest(trial: Any, name: str, domain: Any) -> Any:
    from benchmarks.spaces.domains import kind
    from benchmarks.spaces.nodes import BRANCH

    if not hasattr(domain, "get_sampler"):
        return domain
    of_kind = kind(domain)
    if of_kind == "conditional":
        index = trial.suggest_categorical(name, list(range(len(domain.categories))))
        return suggested(trial, domain.categories[index]) | {BRANCH: index}
    if of_kind == "choice":
        return trial.suggest_categorical(name, list(domain.categories))
    log, step = "log" in of_kind, domain.get_sampler().q if of_kind.startswith("q") else None
    if of_kind.endswith("uniform"):
        return trial.suggest_float(name, domain.lower, domain.upper, step=step, log=log)
    last = domain.upper if step else domain.upper - 1
    return trial.suggest_int(name, domain.lower, last, step=step or 1, log=log)
