"""Synthetic tasks: published minima, and curves that lead to the function's value."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from benchmarks.curves.model import Place
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import TRAINABLES

#: Module, its function, and how exactly the literature gives the minimum.
TASKS = {
    "branin": 1e-6,
    "hartmann3": 1e-5,
    "hartmann6": 1e-5,
    "rosenbrock": 1e-12,
    "ackley": 1e-12,
    "levy": 1e-12,
    "mixed_ackley": 1e-12,
    "conditional": 1e-12,
}


def module(name: str) -> Any:
    return importlib.import_module(f"benchmarks.trainables.{name}")


def draws(name: str, count: int) -> list[dict[str, Any]]:
    generator = np.random.default_rng(3)
    encoding = Encoding(module(name).space())
    return [encoding.draw(generator) for _ in range(count)]


@pytest.mark.parametrize("name", TASKS)
def test_the_minimum_is_the_published_one_and_nothing_is_below(name: str) -> None:
    task = module(name)
    function = getattr(task, name)
    assert function(task.BEST) == pytest.approx(task.MINIMUM, abs=TASKS[name])
    assert min(map(function, draws(name, 2000))) >= task.MINIMUM - TASKS[name]


@pytest.mark.parametrize("name", TASKS)
def test_the_best_configuration_lies_in_the_space_where_nothing_near_is_better(name: str) -> None:
    task = module(name)
    function = getattr(task, name)
    encoding = Encoding(task.space())
    best = encoding.encode(task.BEST)
    for parameter, value in best.items():
        for step in (-1e-3, 1e-3):
            if isinstance(value, float):
                near = encoding.decode(best | {parameter: value * (1 + step) + step})
                assert function(near) >= task.MINIMUM - TASKS[name]


@pytest.mark.parametrize("name", TASKS)
def test_without_noise_the_curve_ends_at_the_functions_value(name: str) -> None:
    task = module(name)
    spec = TRAINABLES[name.replace("_", "-")]
    function = getattr(task, name)
    assert spec.curves is not None
    model = spec.curves(Place(spec.name, 0, spec.load("noiseless", 0, None)))
    for config in draws(name, 20):
        state, loss = model.start(config), np.inf
        for _ in range(300):
            state, metrics, cost = model.step(state, config, 1.0)
            loss = metrics["loss"]
            assert cost > 0
        assert loss == pytest.approx(function(config), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", TASKS)
def test_curves_start_above_most_values_and_noise_is_a_small_part_of_their_spread(name: str) -> None:
    task = module(name)
    spec = TRAINABLES[name.replace("_", "-")]
    values = np.array([getattr(task, name)(config) for config in draws(name, 2000)])
    assert spec.curves is not None
    model: Any = spec.curves(Place(spec.name, 0, spec.load("subset", 0, None)))
    assert np.mean(values < model.start({})[1]) > 0.9
    spread = np.subtract(*np.quantile(values, [0.75, 0.25]))
    assert 0.3 < model._scale / spread < 3


def test_noise_levels_are_what_their_names_say() -> None:
    spec = TRAINABLES["branin"]
    config = {"x": 1.0, "y": 1.0}
    assert spec.curves is not None
    spreads = {}
    for data in ("noiseless", "subset", "noisy"):
        losses = []
        for repetition in range(40):
            model = spec.curves(Place("branin", repetition, spec.load(data, 0, None)))
            losses.append(model.step(model.start(config), config, 1.0).metrics["loss"])
        spreads[data] = np.std(losses)
    assert spreads["noiseless"] == 0 < spreads["subset"]
    assert spreads["noisy"] == pytest.approx(5 * spreads["subset"])
