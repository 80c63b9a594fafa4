"""Every configuration trained twice: Ray's Repeater around Optuna's TPE."""

from __future__ import annotations

import math
from typing import Any

from benchmarks.suite.registry import Capability, NativeSetup, Option, SearchPlan, SearchSetup, searcher
from searchers import adapt
from searchers._native_optuna import KINDS, suggested
from searchers._optuna import REPAIRS, optuna_sampler

REPEATS = 2


def native(setup: NativeSetup) -> None:
    """Optimise the mean of several trainings by Optuna's TPE; there is no other Repeater than Ray's."""
    import optuna

    sampler = optuna.samplers.TPESampler(seed=setup.seed, multivariate=False, **_startup(setup))

    def mean(trial: Any) -> float:
        values = suggested(trial, setup.space)
        return sum(setup.loss(values) for _ in range(REPEATS)) / REPEATS

    optuna.create_study(sampler=sampler).optimize(mean, n_trials=setup.trials // REPEATS)


def _startup(setup: SearchSetup, repeats: int = REPEATS) -> dict[str, Any]:
    """Return the option for random start-up configurations, of which each is several trials."""
    return {
        name: math.ceil(trials / repeats) for name, trials in setup.startup_option("n_startup_trials").items()
    }


@searcher(
    "repeater",
    f"Optuna's TPE, each configuration trained {REPEATS} times (Ray's Repeater); it learns from the mean",
    requires=("optuna",),
    seconds_of_300=10.0,
    wants={
        Capability.EVERY_EPOCH: "repeater averages the trainings of a configuration, which must be equally "
        "long (Ray's docstring advises against early stopping); only fifo trains every trial to its end"
    },
    repairs=(
        *REPAIRS,
        "Repeater tells a mean of NaN if all trainings of a configuration fail, and a failure if only the "
        "last of them does; here the mean is that of the trainings with a result.",
    ),
    options={
        "repeat": Option(
            "trainings of each configuration", least=1, extremes=(1, 3), source="ray.tune.search.Repeater"
        )
    },
    native=native,
    native_kinds=KINDS,
)
def repeater(setup: SearchSetup, *, repeat: int = REPEATS) -> SearchPlan:
    """Liaw et al., Tune: A Research Platform for Distributed Model Selection and Training (2018).

    As many random trials as the others draw are half as many configurations.
    """
    from ray.tune.search.optuna import OptunaSearch

    from searchers._repeater import PairedRepeater

    sampler = optuna_sampler(setup, "TPESampler", multivariate=False, **_startup(setup, repeat))

    def repeated(points_to_evaluate: list[dict[str, Any]] | None = None) -> PairedRepeater:
        tpe = OptunaSearch(sampler=sampler, points_to_evaluate=points_to_evaluate)
        return PairedRepeater(tpe, repeat=repeat, set_index=True)

    return adapt(setup, repeated)
