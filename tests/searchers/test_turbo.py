"""TuRBO: regions that end and begin again, failed trials, and whether it finds a minimum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup

pytest.importorskip("botorch", reason="the extra [ax] is not installed")

SPACE = {name: tune.uniform(0, 1) for name in ("x", "y")}


def search(name: str = "turbo", trials: int = 16) -> Any:
    algorithm = SEARCHERS[name].build(SearchSetup(SPACE, trials, 1, 4)).algorithm
    algorithm.set_search_properties("loss", "min", SPACE)
    return algorithm


def bowl(config: dict[str, float]) -> float:
    return (config["x"] - 0.7) ** 2 + (config["y"] - 0.2) ** 2


def test_minimum_of_a_bowl_is_found_to_a_hundredth() -> None:
    algorithm, losses = search(), []
    for number in range(16):
        losses.append(bowl(algorithm.suggest(f"trial_{number}")))
        algorithm.on_trial_complete(f"trial_{number}", {"loss": losses[-1]})
    assert min(losses) < 0.01**2 < min(losses[:4])


def test_open_trials_differ_although_nothing_is_learned_between_them() -> None:
    algorithm = search()
    for number in range(5):
        algorithm.suggest(f"trial_{number}")
        algorithm.on_trial_complete(f"trial_{number}", {"loss": float(number)})
    points = [tuple(algorithm.suggest(f"open_{number}").values()) for number in range(4)]
    assert len(set(points)) == 4


def test_a_region_that_ends_is_followed_by_one_that_knows_nothing() -> None:
    algorithm = search("turbo[failure_tolerance=1,length=0.01]")
    for number in range(4):
        algorithm.suggest(f"trial_{number}")
        algorithm.on_trial_complete(f"trial_{number}", {"loss": 1.0})
    algorithm.suggest("late")
    library = algorithm.searcher
    assert library._number == 0
    algorithm.suggest("last")
    algorithm.on_trial_complete("last", {"loss": 1.0})  # a failure: from 0.01 to less than 1/128
    assert library._number == 1
    assert not library._region.costs
    algorithm.on_trial_complete("late", {"loss": 0.0})  # of the region that has ended
    assert not library._region.costs


def test_it_goes_on_though_every_trial_fails() -> None:
    algorithm = search()
    points = []
    for number in range(8):
        points.append(tuple(algorithm.suggest(f"trial_{number}").values()))
        algorithm.on_trial_complete(f"trial_{number}", error=True)
    assert len(set(points)) == 8
    assert np.ptp(points) > 0.5  # Sobol points still
