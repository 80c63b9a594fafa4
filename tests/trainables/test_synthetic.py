"""Synthetic tasks: published minima, and curves that lead to the function's value."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.curves.model import CurveModel, Place
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


#: Those whose published optimum lies at a special place, and what of it stays: a branch, a branch not taken.
UNMOVED: dict[str, tuple[str, ...]] = {
    "rosenbrock": (),
    "ackley": (),
    "levy": (),
    "mixed_ackley": (),
    "conditional": ("model", "model.0.x", "model.0.y"),
}
MOVED = tuple(UNMOVED)
REPETITIONS = 30


def module(name: str) -> Any:
    return importlib.import_module(f"benchmarks.trainables.{name}")


def instance(name: str, repetition: int) -> Callable[[dict[str, Any]], float]:
    found: Callable[[dict[str, Any]], float] = (
        module(name).INSTANCES(repetition) if name in MOVED else getattr(module(name), name)
    )
    return found


def optimum(name: str, repetition: int) -> dict[str, Any]:
    best: dict[str, Any] = module(name).INSTANCES.optimum(repetition) if name in MOVED else module(name).BEST
    return best


def draws(name: str, count: int) -> list[dict[str, Any]]:
    generator = np.random.default_rng(3)
    encoding = Encoding(module(name).space())
    return [encoding.draw(generator) for _ in range(count)]


def noiseless(name: str, repetition: int) -> CurveModel:
    spec = TRAINABLES[name.replace("_", "-")]
    assert spec.curves is not None
    model: CurveModel = spec.curves(Place(spec.name, repetition, spec.load("noiseless", 0, None)))
    return model


@pytest.mark.parametrize("name", MOVED)
def test_the_published_optimum_has_the_published_minimum(name: str) -> None:
    task = module(name)
    assert getattr(task, name)(task.PUBLISHED_BEST) == pytest.approx(task.MINIMUM, abs=TASKS[name])


@pytest.mark.parametrize("name", TASKS)
def test_each_instance_has_the_published_minimum_and_nothing_is_below(name: str) -> None:
    minimum, configs = module(name).MINIMUM, draws(name, 300)
    for repetition in range(REPETITIONS):
        function = instance(name, repetition)
        assert function(optimum(name, repetition)) == pytest.approx(minimum, abs=TASKS[name])
        assert min(map(function, configs)) >= minimum - TASKS[name]


@pytest.mark.parametrize("name", TASKS)
def test_each_optimum_lies_in_the_space_where_nothing_near_is_better(name: str) -> None:
    task = module(name)
    encoding = Encoding(task.space())
    for repetition in range(REPETITIONS):
        function, best = instance(name, repetition), encoding.encode(optimum(name, repetition))
        if name in MOVED:
            assert encoding.decode(best) == optimum(name, repetition)
        for parameter, value in best.items():
            for step in (-1e-3, 1e-3):
                near = encoding.decode(best | {parameter: value * (1 + step) + step})
                assert function(near) >= task.MINIMUM - TASKS[name]


@pytest.mark.parametrize("name", MOVED)
def test_optima_spread_over_the_middle_of_the_space_and_lie_at_no_special_place(name: str) -> None:
    encoding = Encoding(module(name).space())
    bests = [encoding.encode(optimum(name, repetition)) for repetition in range(200)]
    for parameter in bests[0]:
        shares = np.array([best[parameter] for best in bests])
        if parameter in UNMOVED[name]:
            assert len(set(shares)) == 1
            continue
        assert len(set(shares)) > 100 or parameter in ("n1", "n2", "kind")
        assert 0.05 < shares.min() < 0.25
        assert 0.75 < shares.max() < 0.95
        assert abs(shares.mean() - 0.5) < 0.06
    centre = encoding.decode(dict.fromkeys(bests[0], 0.5))
    values = [instance(name, repetition)(centre) for repetition in range(200)]
    assert min(values) > module(name).MINIMUM + 0.02 * abs(np.median(values))


def test_a_category_is_the_best_as_often_as_any_other() -> None:
    kinds = [optimum("mixed_ackley", repetition)["kind"] for repetition in range(400)]
    assert all(60 < kinds.count(kind) < 140 for kind in "abcd")


@pytest.mark.parametrize("name", TASKS)
def test_without_noise_the_curve_ends_at_the_value_of_its_repetition(name: str) -> None:
    for repetition in (0, 7):
        model, function = noiseless(name, repetition), instance(name, repetition)
        for config in (optimum(name, repetition), *draws(name, 10)):
            state, loss = model.start(config), np.inf
            for _ in range(300):
                state, metrics, cost = model.step(state, config, 1.0)
                loss = metrics["loss"]
                assert cost > 0
            assert loss == pytest.approx(function(config), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", TASKS)
def test_curves_start_above_most_values_and_noise_is_a_small_part_of_their_spread(name: str) -> None:
    configs = draws(name, 2000)
    for repetition in range(10):
        values = np.array(list(map(instance(name, repetition), configs)))
        model: Any = noiseless(name, repetition)
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
