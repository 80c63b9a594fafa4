"""Searchers that collapse in a share of the repetitions: they search next to nothing but a corner then.

Which repetitions these are is a matter of the seed, as with a bug that chance brings about: on a task all
schedulers have the same ones, while other searchers and other tasks have others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ray import tune
from ray.tune.search.sample import Categorical, Float, LogUniform

from benchmarks.suite.registry import SEARCHERS, SearchPlan, SearchSetup
from scripts.planted import plant

COLLAPSING = ("optuna-tpe", "hyperopt")
#: How much of the range of each number is left.
PART = 1e-3


def collapse_in(share: float) -> None:
    """Make the searchers collapse in this share of the repetitions of each task."""
    for name in COLLAPSING:
        plant(SEARCHERS, name, build=_collapsing(name, SEARCHERS[name].build, share))


def _collapsing(
    name: str, build: Callable[[SearchSetup], SearchPlan], share: float
) -> Callable[[SearchSetup], SearchPlan]:
    def built(setup: SearchSetup) -> SearchPlan:
        if random.Random(f"{name} {setup.seed}").random() < share:
            setup = replace(setup, space={key: corner(part) for key, part in setup.space.items()}, first=())
        return build(setup)

    return built


def corner(part: Any) -> Any:
    """Return a space of which the numbers have next to nothing but their lower end."""
    if isinstance(part, Mapping):
        return {key: corner(value) for key, value in part.items()}
    if isinstance(part, Categorical):
        return tune.choice([corner(value) for value in part.categories])
    if not isinstance(part, Float):
        return part
    if isinstance(part.get_sampler(), LogUniform):
        return tune.loguniform(part.lower, part.lower * (part.upper / part.lower) ** PART)
    return tune.uniform(part.lower, part.lower + PART * (part.upper - part.lower))
