"""Ax: what it is told of trials that failed, and spaces that are used up."""

from __future__ import annotations

from typing import Any

import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup

pytest.importorskip("ax", reason="the extra [ax] is not installed")


def search(space: dict[str, Any], trials: int = 12) -> Any:
    algorithm = SEARCHERS["ax"].build(SearchSetup(space, trials, 1, 4)).algorithm
    algorithm.set_search_properties("score", "max", space)
    return algorithm


def statuses(algorithm: Any) -> list[str]:
    return [trial.status.name for trial in algorithm.searcher._client.experiment.trials.values()]


def test_ax_learns_which_trials_failed() -> None:
    algorithm = search({"x": tune.uniform(0, 1)})
    for trial_id in ("good", "bad", "silent", "running"):
        algorithm.suggest(trial_id)
    algorithm.on_trial_complete("good", {"score": 0.5})
    algorithm.on_trial_complete("bad", error=True)
    algorithm.on_trial_complete("silent")
    assert statuses(algorithm) == ["COMPLETED", "FAILED", "FAILED", "RUNNING"]


def test_random_points_end_where_those_of_all_searchers_end() -> None:
    algorithm = search({"x": tune.uniform(0, 1), "y": tune.uniform(0, 1)}, trials=12)
    for number in range(4):
        algorithm.suggest(f"trial_{number}")
        algorithm.on_trial_complete(f"trial_{number}", {"score": float(number)})
    runs = [trial.generator_run for trial in algorithm.searcher._client.experiment.trials.values()]
    assert [run._generator_key for run in runs] == ["Sobol"] * 3 + ["BoTorch"]


def test_space_that_is_used_up_is_no_end() -> None:
    algorithm = search({"a": tune.choice(["p", "q"]), "b": tune.randint(0, 2)})
    for number in range(8):
        assert algorithm.suggest(f"trial_{number}") is not None
        algorithm.on_trial_complete(f"trial_{number}", error=True)
