"""Faults of ZOOpt that no space or fate of the common contract shows."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup
from benchmarks.testing.offline import Config, Offline, drive

pytest.importorskip("zoopt", reason="zoopt is not installed")


@pytest.mark.parametrize("best", ["a", "d"])
def test_classifier_draws_every_category_and_keeps_to_the_best(best: str) -> None:
    space = {"letter": tune.choice(["a", "b", "c", "d"]), "x": tune.uniform(0, 1)}
    given = drive(
        Offline("zoopt", space, trials=80, seed=1),
        objective=lambda config: float(config["letter"] == best) - float(config["x"]),
    )
    late = Counter(config["letter"] for config in given[20:])
    # It draws one dimension anew each time: the best letter stays in half of them, and in others by chance.
    assert late[best] > 25
    assert min(late[letter] for letter in "abcd") > 2


@pytest.fixture
def half_a_minute() -> Iterator[None]:
    """Turn a loop without an end into an error."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.usefixtures("half_a_minute")
@pytest.mark.parametrize("at_once", [1, 4])
def test_space_of_few_points_is_neither_the_end_nor_a_loop_for_ever(at_once: int) -> None:
    # The loop needs two equal points at the lower end of every dimension, one among the good and one among
    # the bad ones.
    space = {"a": tune.randint(0, 3), "b": tune.randint(0, 2)}
    search = Offline("zoopt", space, trials=80)
    given = drive(search, objective=lambda config: -config["a"] - config["b"], at_once=at_once)
    assert len(given) == 80


@pytest.mark.parametrize("trials", [1, 2])
def test_tiny_budget_does_not_end_the_process(trials: int) -> None:
    given = drive(Offline("zoopt", {"x": tune.uniform(0, 1)}, trials=trials), objective=lambda c: c["x"])
    assert len(given) == trials


def test_one_search_does_not_disturb_another() -> None:
    # ZOOpt keeps the precision of floats in a global list, a place for each dimension.
    def search(space: dict[str, Any]) -> Any:
        algorithm = SEARCHERS["zoopt"].build(SearchSetup(space, 9, 1, 4)).algorithm
        algorithm.set_search_properties("score", "max", space)
        return algorithm

    def suggestions(algorithm: Any) -> list[Config]:
        given = []
        for number in range(9):
            given.append(algorithm.suggest(f"trial_{number}"))
            algorithm.on_trial_complete(f"trial_{number}", {"score": given[-1]["x"]})
        return given

    floats = {"x": tune.uniform(0, 1), "y": tune.loguniform(1e-4, 1)}
    alone = suggestions(search(floats))
    beside = search(floats)
    search({"n": tune.randint(0, 9), "m": tune.randint(0, 9)})
    assert suggestions(beside) == alone
