"""Reference values belong to a task and the epochs of a budget, and are those of the curves at that epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.core.seeding import derive
from benchmarks.curves.model import Place
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.constants import Constants
from benchmarks.suite.reference import Reference
from benchmarks.suite.registry import TRAINABLES
from benchmarks.trainables import branin, conditional, hartmann6, levy, mixed_ackley, rosenbrock
from results.compare.scores import score
from results.compare.speedup import typical_value
from results.statistics.random_search import ranks

FUNCTIONS = {
    "branin": branin,
    "levy": levy,
    "conditional": conditional,
    "rosenbrock": rosenbrock,
    "hartmann6": hartmann6,
    "mixed-ackley": mixed_ackley,
}
TABLES = ("mnist-convnet", "mnist-wide", "digits-mlp")


def reference(name: str, epochs: int) -> Reference:
    constants = TRAINABLES[name].constants
    assert constants is not None
    return constants.reference(epochs)


def after(name: str, config: dict[str, Any], epochs: int, repetition: int = 0) -> float:
    """Return the noise-free value of a configuration, epoch by epoch."""
    curves: Any = TRAINABLES[name].curves
    model = curves(Place(name, repetition, {}))
    state, epoch = model.start(config), None
    for _ in range(epochs):
        epoch = model.step(state, config, 1)
        state = epoch.state
    return float(epoch.noise_free)


@pytest.mark.parametrize("epochs", [1, 3, 9, 27, 81])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_best_known_curve_of_a_function_scores_100_at_every_budget(name: str, epochs: int) -> None:
    known = reference(name, epochs)
    optimum, baseline = known.constants[:2]
    encoding = Encoding(TRAINABLES[name].space())
    sample = [encoding.draw(np.random.default_rng(number)) for number in range(100)]
    reached = [after(name, config, epochs) for config in sample]
    assert score(reached, baseline, optimum).max() <= 100 + 1e-9
    moved = getattr(FUNCTIONS[name], "INSTANCES", None)
    best = after(name, moved.optimum(0) if moved else FUNCTIONS[name].BEST, epochs)
    # At few epochs the curve of the minimum need not be the lowest.
    assert score(min(best, known.values[0]), baseline, optimum) == pytest.approx(100, abs=1e-3)
    if epochs >= 9:
        assert score(best, baseline, optimum) == pytest.approx(100, abs=0.01)
    share = np.mean(np.array(reached) <= typical_value(np.array(known.values), known.size))
    assert 0.2 < share < 0.8


@pytest.mark.parametrize("name", ["branin", "hartmann6"])
def test_the_sample_of_a_function_is_what_its_curves_reach_step_by_step(name: str) -> None:
    known = reference(name, 5)
    encoding, generator = (
        Encoding(TRAINABLES[name].space()),
        np.random.default_rng(derive("reference", 2**14)),
    )
    reached = [after(name, encoding.draw(generator), 5, repetition) for repetition in range(200)]
    assert known.values[0] <= min(reached) and max(reached) <= known.values[-1] + 1e-9
    assert np.median(reached) == pytest.approx(
        np.interp(known.size / 2, ranks(known.size), known.values), rel=0.1
    )


@pytest.mark.parametrize("name", TABLES)
def test_a_tables_best_mean_over_seeds_scores_100_at_every_budget(name: str) -> None:
    curves: Any = TRAINABLES[name].curves
    replay = curves.replay
    for epochs in (1, 3, 9, replay.epochs):
        known = reference(name, epochs)
        means = replay.tuned_means[:, epochs - 1]
        assert known.constants.optimum == means.max()
        assert known.size == len(means) - curves.card["corners"]
        chance = np.random.default_rng(0).choice(means[replay.corners :], (20_000, 8))
        assert known.constants.baseline == pytest.approx(chance.max(axis=1).mean(), rel=0.01)


def test_constants_of_a_plug_in_hold_for_any_epochs_and_have_no_distribution() -> None:
    from dataclasses import replace

    spec = replace(TRAINABLES["probe"], constants=Constants(1.0, 0.5))
    assert spec.constants is not None and not spec.constants.by_epochs
    assert spec.constants.reference(3) == Reference(Constants(1.0, 0.5))
    by_epochs = replace(spec, constants=lambda epochs: Constants(float(epochs), 0.5))
    assert by_epochs.constants is not None and by_epochs.constants(7).optimum == 7
