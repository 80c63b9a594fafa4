"""FLAML's searchers: that they know their configurations again, and leave the caller's space alone."""

from __future__ import annotations

from typing import Any

import pytest
from ray import tune

from benchmarks.suite.registry import SEARCHERS, SearchSetup
from benchmarks.testing.offline import Offline, drive
from benchmarks.trainables.probe import quality, space

pytest.importorskip("flaml", reason="flaml is not installed")

both = pytest.mark.parametrize("name", ["flaml-blendsearch", "flaml-cfo"])


@both
def test_callers_space_keeps_the_order_of_its_categories(name: str) -> None:
    choice = tune.choice([16, 128, 32])
    wanted = {"batch": choice, "lr": tune.loguniform(1e-4, 1)}
    drive(Offline(name, wanted, trials=6), objective=lambda config: config["batch"])
    assert list(choice.categories) == [16, 128, 32]
    assert not {"ordered", "const"} & vars(choice).keys()


@both
def test_local_search_finds_its_own_trials_again(name: str) -> None:
    # It walks from the best point so far by small steps; a library that cannot tell whose results it is
    # given would go on drawing at random.
    given = drive(Offline(name, space(), trials=80, seed=3), objective=quality)
    early, late = given[:10], given[-10:]
    assert max(map(quality, late)) > max(map(quality, early))
    assert sum(map(quality, late)) > sum(map(quality, early)) + 1


@both
def test_local_search_starts_at_the_best_of_the_first_configurations(name: str) -> None:
    first: list[dict[str, Any]] = [
        {"lr": 0.01, "momentum": 0.0, "units": 64, "activation": "tanh"},  # the optimum
    ]
    given = drive(Offline(name, space(), trials=6, seed=3, first=first), objective=quality)
    random = drive(Offline(name, space(), trials=6, seed=3), objective=quality)
    assert max(map(quality, given[2:])) > max(map(quality, random[2:]))


@both
def test_results_reach_it_however_tune_flattens_the_configuration(name: str) -> None:
    def suggestions(result: dict[str, Any]) -> list[Any]:
        algorithm = SEARCHERS[name].build(SearchSetup(space(), 8, 1, 4)).algorithm
        algorithm.set_search_properties("score", "max", space())
        given = []
        for number in range(8):
            given.append(algorithm.suggest(f"trial_{number}"))
            algorithm.on_trial_complete(f"trial_{number}", {"score": quality(given[-1])} | result)
        return given

    assert suggestions({"config/lr": 1.0}) == suggestions({"config": {"lr": 1.0}}) == suggestions({})


@both
def test_space_that_is_used_up_is_no_end(name: str) -> None:
    wanted = {"a": tune.choice(["p", "q"]), "b": tune.randint(0, 2)}
    given = drive(Offline(name, wanted, trials=40), objective=lambda config: config["b"])
    assert len(given) == 40
