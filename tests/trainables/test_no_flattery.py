"""Tasks that flatter nobody: where a searcher begins, the optimum is no more often than anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from benchmarks.core.seeding import searcher_seed
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import SEARCHERS
from benchmarks.testing.offline import Offline, drive
from benchmarks.trainables import ackley, conditional, levy, mixed_ackley, rosenbrock

Config = dict[str, Any]
TASKS: dict[str, Any] = {
    "ackley": ackley,
    "conditional": conditional,
    "levy": levy,
    "mixed-ackley": mixed_ackley,
    "rosenbrock": rosenbrock,
}
#: They begin in the middle of the space, or near it.
MIDDLE = ("centre", "nevergrad-oneplusone", "optuna-cmaes")
REPETITIONS = range(8)


@cache
def sample(task: str) -> list[Config]:
    encoding, chance = Encoding(TASKS[task].space()), np.random.default_rng(0)
    return [encoding.draw(chance) for _ in range(2000)]


def first(searcher: str, task: str, repetition: int) -> Config:
    """Return the first configuration of a searcher, with the seed that it has in this repetition."""
    space, seed = TASKS[task].space(), searcher_seed(task, repetition)
    [config] = drive(Offline(searcher, space, trials=8, seed=seed), count=1)
    return config


def better(task: str, function: Callable[[Config], float], config: Config) -> float:
    """Return the share of the space that is better than a configuration."""
    return float(np.mean([function(other) < function(config) for other in sample(task)]))


@pytest.mark.parametrize("searcher", MIDDLE)
def test_first_configuration_is_as_good_on_mixed_ackley_as_any_other(searcher: str) -> None:
    starts = [first(searcher, "mixed-ackley", repetition) for repetition in REPETITIONS]
    shares = [
        better("mixed-ackley", mixed_ackley.INSTANCES(repetition), start)
        for repetition, start in zip(REPETITIONS, starts, strict=True)
    ]
    assert min(shares) > 0.001
    assert np.median(shares) > 0.05


def test_centre_is_among_the_best_thousandth_of_the_published_functions() -> None:
    """What the shift is for: without it, the middle of the space is nearly the optimum."""
    starts = [first("centre", task, 0) for task in ("ackley", "mixed-ackley")]
    assert better("ackley", ackley.ackley, starts[0]) == 0.0
    assert better("mixed-ackley", mixed_ackley.mixed_ackley, starts[1]) < 0.001


@pytest.mark.parametrize("task", TASKS)
def test_no_searcher_begins_at_the_optimum(task: str) -> None:
    for name, spec in SEARCHERS.items():
        if spec.hidden or spec.missing() or not spec.origin.startswith("searchers."):
            continue
        for repetition in range(2):
            instances = TASKS[task].INSTANCES
            function, start = instances(repetition), first(name, task, repetition)
            worst = float(np.median([function(config) for config in sample(task)[:200]]))
            assert start != instances.optimum(repetition), name
            assert function(start) > TASKS[task].MINIMUM + 1e-3 * worst, name
