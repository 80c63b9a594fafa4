"""TuneBOHB's model: what it is told, and that it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.suite.registry import SEARCHERS, SearchSetup
from benchmarks.testing.offline import Config
from benchmarks.trainables.probe import quality, space

pytest.importorskip("hpbandster", reason="the extra [bohb] is not installed")


def search() -> Any:
    algorithm = SEARCHERS["bohb"].build(SearchSetup(space(), 40, 1, 4)).algorithm
    algorithm.set_search_properties("score", "max", space())
    return algorithm


def told(algorithm: Any) -> dict[int, int]:
    """Return how many results the model has of each budget."""
    return {budget: len(losses) for budget, losses in algorithm.searcher.bohber.losses.items()}


def result(epoch: int, score: float, milestone: bool = False) -> dict[str, Any]:
    info = {"budget": epoch} if milestone else {}
    return {"score": score, "training_iteration": epoch, "hyperband_info": info}


def test_model_knows_milestones_and_ends_and_each_once() -> None:
    algorithm = search()
    algorithm.suggest("trial")
    algorithm.on_trial_result("trial", result(1, 0.1, milestone=True))
    algorithm.on_trial_pause("trial")
    algorithm.on_trial_resume("trial")
    algorithm.on_trial_result("trial", result(2, 0.2))  # no milestone
    algorithm.on_trial_result("trial", result(3, 0.3, milestone=True))  # and goes on at once
    algorithm.on_trial_complete("trial", result(9, 0.9))  # by the stopping rule, unseen by the scheduler
    assert told(algorithm) == {1: 1, 3: 1, 9: 1}


def test_trial_that_is_ended_while_it_rests_is_not_counted_twice() -> None:
    algorithm = search()
    algorithm.suggest("trial")
    algorithm.on_trial_result("trial", result(1, 0.1, milestone=True))
    algorithm.on_trial_pause("trial")
    algorithm.on_trial_complete("trial")
    assert told(algorithm) == {1: 1}


def test_it_learns_wherever_a_trial_rests_or_ends_under_any_scheduler() -> None:
    algorithm = search()
    for trial_id in ("promoted", "left behind", "stopped"):
        algorithm.suggest(trial_id)
        for epoch in (1, 2):
            algorithm.on_trial_result(trial_id, {"score": 0.1, "training_iteration": epoch})
    for trial_id in ("promoted", "left behind"):
        algorithm.on_trial_pause(trial_id)
    algorithm.on_trial_resume("promoted")
    algorithm.on_trial_complete("promoted", {"score": 0.3, "training_iteration": 9})
    algorithm.on_trial_complete("stopped", {"score": 0.1, "training_iteration": 2})
    assert told(algorithm) == {2: 3, 9: 1}


def test_failed_trial_teaches_nothing() -> None:
    algorithm = search()
    algorithm.suggest("trial")
    algorithm.on_trial_result("trial", result(1, 0.1))
    algorithm.on_trial_complete("trial", error=True)
    assert told(algorithm) == {}


def test_model_is_asked_once_it_has_data_and_its_answers_are_good(caplog: pytest.LogCaptureFixture) -> None:
    algorithm = search()
    given: list[Config] = []
    for number in range(40):
        given.append(algorithm.suggest(f"trial_{number}"))
        algorithm.on_trial_complete(f"trial_{number}", result(9, quality(given[-1])))
    assert "Sampling based optimization" not in caplog.text  # hpbandster's way to say that it fell back
    assert sum(map(quality, given[20:])) > sum(map(quality, given[:20])) + 1
