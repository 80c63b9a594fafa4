"""The adapter between Tune and the libraries: its promises, with each of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from optuna.trial import TrialState
from ray import tune
from ray.tune.search import Searcher

from benchmarks.core.seeding import OwnGenerators
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import SearchSetup
from benchmarks.testing.domains import CONDITIONAL, NESTED, outside
from benchmarks.testing.offline import METRIC, Config, End, Offline, drive
from benchmarks.trainables.probe import quality, space
from searchers import adapt

LIBRARIES = ["bayesopt", "hyperopt", "hyperopt-anneal", "nevergrad-cma", "nevergrad-de", "nevergrad-ngopt"]
LIBRARIES += ["nevergrad-oneplusone", "nevergrad-pso", "optuna-cmaes", "optuna-gp", "optuna-nsga2"]
LIBRARIES += ["optuna-qmc", "optuna-tpe", "optuna-tpe-multivariate", "sobol"]
SPACES: dict[str, Mapping[str, Any]] = {"flat": space(), "deep": {**NESTED, **CONDITIONAL}}


def search(name: str = "optuna-tpe", trials: int = 12, **more: Any) -> Offline:
    return Offline(name, more.pop("space", space()), trials=trials, **more)


def known_to_optuna(asked: Offline) -> list[tuple[TrialState, float | None]]:
    return [(trial.state, trial.value) for trial in asked.algorithm.searcher.searcher._ot_study.trials]


def draws(count: int, of: Mapping[str, Any]) -> list[Config]:
    encoding, generator = Encoding(of), np.random.default_rng(3)
    return [encoding.draw(generator) for _ in range(count)]


def test_a_trial_that_is_paused_teaches_at_once_with_the_result_that_it_has() -> None:
    asked = search()
    trial_id = str(asked.ask())
    asked.report(trial_id, 0.25)
    asked.rest(trial_id)
    assert known_to_optuna(asked) == [(TrialState.COMPLETE, 0.25)]


def test_a_trial_that_is_paused_teaches_only_once() -> None:
    adapted = scripted()
    adapted.suggest("trial")
    for epoch in (1, 2):
        adapted.on_trial_result("trial", {METRIC: 0.5, "training_iteration": epoch})
        adapted.on_trial_pause("trial")
        adapted.on_trial_resume("trial")
    adapted.on_trial_complete("trial", {METRIC: 0.5, "training_iteration": 2})
    assert adapted.searcher.completed == ["trial"]


def test_what_hyperband_for_bohb_says_before_the_result_does_not_teach() -> None:
    asked = search()
    trial_id = str(asked.ask())
    asked.plan.algorithm.on_pause(trial_id)
    asked.play(trial_id, End.RESTS, lambda config: 0.25)
    assert known_to_optuna(asked) == [(TrialState.COMPLETE, 0.25)]


def test_completion_without_a_result_stands_for_the_last_result() -> None:
    asked = search()
    trial_id = str(asked.ask())
    asked.report(trial_id, 0.5)
    asked.end(trial_id)
    assert known_to_optuna(asked) == [(TrialState.COMPLETE, 0.5)]


def test_failure_is_a_failure_even_after_results() -> None:
    asked = search()
    trial_id = str(asked.ask())
    asked.report(trial_id, 0.25)
    asked.end(trial_id, failed=True)
    assert known_to_optuna(asked) == [(TrialState.FAIL, None)]


def test_result_that_is_not_finite_counts_as_a_failure() -> None:
    asked = search()
    for value in (float("nan"), float("inf")):
        asked.end(str(asked.ask()), value)
    assert known_to_optuna(asked) == [(TrialState.FAIL, None)] * 2


def test_result_too_large_to_square_is_told_in_order() -> None:
    asked = search()
    values = [1.7e308, 1e200, 1e100, 3.0, -1e150, -1e308]
    for value in values:
        asked.end(str(asked.ask()), value)
    told = [value or 0.0 for _, value in known_to_optuna(asked)]
    assert told == sorted(told, reverse=True) and len(set(told)) == len(values)
    assert told[2:4] == [1e100, 3.0] and max(map(abs, told)) < 1e103


@pytest.mark.parametrize("name", ["bayesopt", "optuna-gp", "optuna-cmaes", "nevergrad-cma"])
def test_searchers_bear_results_of_any_size(name: str) -> None:
    space = {"x": tune.uniform(-1e308, 1e308)}
    given = drive(search(name, 12, space=space), objective=lambda config: -abs(float(config["x"])))
    assert len(given) == 12


@pytest.mark.parametrize("max_concurrent", [1, 3])
def test_paused_trials_do_not_count_as_undecided(max_concurrent: int) -> None:
    asked = search(max_concurrent=max_concurrent)
    ids = [str(asked.ask()) for _ in range(max_concurrent)]
    assert asked.ask() is None
    asked.play(ids[0], End.RESTS, quality)
    assert asked.ask() is not None
    assert asked.ask() is None
    asked.plan.algorithm.on_trial_resume(ids[0])
    asked.end(ids[0])
    assert asked.ask() is None  # it had made room already


@pytest.mark.parametrize("ends", [lambda number: End.OK, lambda number: End.FAILS], ids=["ok", "failing"])
@pytest.mark.parametrize("kind", list(SPACES))
@pytest.mark.parametrize("name", LIBRARIES)
def test_first_configurations_come_first_exactly_and_in_order(name: str, kind: str, ends: Any) -> None:
    first = draws(4, SPACES[kind])
    given = drive(search(name, 6, space=SPACES[kind], first=first), at_once=2, ends=ends)
    assert given[:4] == first
    assert len(given) == 6


@pytest.mark.parametrize("name", ["bayesopt", "hyperopt", "nevergrad-cma", "optuna-tpe", "sobol"])
def test_names_may_hold_what_libraries_take_them_apart_at(name: str) -> None:
    odd = {
        "a/b": tune.uniform(0, 1),
        "a.b": tune.choice(["p", "q"]),
        "net": {"x/y": tune.loguniform(1e-3, 1)},
    }
    first = draws(1, odd)
    given = drive(search(name, 4, space=odd, first=first))
    assert given[:1] == first
    assert [wrong for config in given for wrong in outside(odd, config)] == []


@pytest.mark.parametrize("name", ["bayesopt", "hyperopt", "nevergrad-cma", "optuna-tpe"])
def test_first_configurations_teach_the_library(name: str) -> None:
    first = draws(6, space())
    one, other = (
        drive(search(name, 16, first=first), objective=objective)
        for objective in (quality, lambda config: -quality(config))
    )
    assert one[:6] == other[:6]
    assert one[6:] != other[6:]


class Scripted(Searcher):
    """A library without ``points_to_evaluate``, which draws from the global generators and cannot learn."""

    def __init__(self) -> None:
        super().__init__()
        self.completed: list[str] = []

    def set_search_properties(self, metric: Any, mode: Any, config: dict[str, Any], **spec: Any) -> bool:
        self.names = list(config)
        return True

    def suggest(self, trial_id: str) -> dict[str, float]:
        values = (random.random() * np.random.random() for _ in self.names)  # noqa: NPY002
        return dict(zip(self.names, values, strict=True))

    def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
        self.completed.append(trial_id)


def scripted(first: tuple[Config, ...] = (), seed: int = 1) -> Any:
    setup = SearchSetup(space(), 8, seed, 8, first)
    algorithm = adapt(setup, Scripted, native=frozenset()).algorithm
    algorithm.set_search_properties(METRIC, "max", dict(space()))
    return algorithm


def test_library_without_a_way_to_begin_is_not_asked_for_the_first_and_not_told_of_them() -> None:
    first = tuple(draws(2, space()))
    adapted = scripted(first)
    given = [adapted.suggest(f"trial_{number}") for number in range(3)]
    assert tuple(given[:2]) == first
    for number in range(3):
        adapted.on_trial_complete(f"trial_{number}", {METRIC: 0.5, "training_iteration": 1})
    assert adapted.searcher.completed == ["trial_2"]


def test_a_library_has_global_generators_of_its_own() -> None:
    def alone(disturbed: bool, seed: int = 1) -> list[Config]:
        adapted, given = scripted(seed=seed), []
        for number in range(4):
            if disturbed:
                random.seed(number)
                np.random.seed(number)  # noqa: NPY002
            given.append(adapted.suggest(f"trial_{number}"))
        return given

    with OwnGenerators(0):  # what the test does to the process's own is undone
        random.seed(7)
        np.random.seed(7)  # noqa: NPY002
        before = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
        given = alone(disturbed=False)
        after = random.getstate(), np.random.get_state()[1].tolist()  # type: ignore[index]  # noqa: NPY002
        assert before == after
        assert alone(disturbed=True) == given
        assert alone(disturbed=False, seed=2) != given


def test_generators_look_ahead_and_what_was_told_survive_saving(tmp_path: Any) -> None:
    saved, restored = search("nevergrad-pso"), search("nevergrad-pso")
    drive(saved, objective=quality, count=5)
    resting = str(saved.ask())
    saved.play(resting, End.RESTS, quality)
    undecided = [str(saved.ask()) for _ in range(4)]
    saved.algorithm.save_to_dir(str(tmp_path), "x")
    restored.algorithm.restore_from_dir(str(tmp_path))
    restored.configs |= saved.configs
    rest = []
    for goes_on in (saved, restored):
        assert goes_on.ask() is None
        for trial_id in undecided:
            goes_on.play(trial_id, End.OK, quality)
        goes_on.end(resting)
        rest.append(drive(goes_on, objective=quality))
    assert rest[0] and rest[0] == rest[1]
