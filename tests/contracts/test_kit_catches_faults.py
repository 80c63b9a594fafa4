"""The kit goes red: each fault here is one that a contract test exists for, and is caught by that test."""

from __future__ import annotations

import contextlib
import inspect
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ray import tune
from ray.tune.search import Searcher

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import (
    SEARCHERS,
    TRAINABLES,
    Capability,
    Effect,
    SearcherSpec,
    SearchPlan,
    SearchSetup,
    TrainableSpec,
)
from benchmarks.testing import SearcherContract, TrainableContract, behaviour, inside, outside
from benchmarks.testing.domains import CONDITIONAL, NESTED
from benchmarks.testing.offline import Config
from benchmarks.testing.patience import NoEnd, cpu_seconds
from benchmarks.testing.trainable import curve, middle
from benchmarks.trainables.probe import Probe, space

# Searchers


class Sound(Searcher):
    """Nudges the best learning rate so far, from one that it draws; faultless, and a base for faults."""

    def __init__(self, setup: SearchSetup) -> None:
        super().__init__()
        self.space, self.chance = setup.space, random.Random(setup.seed)
        self.best: tuple[float, Config] | None = None
        self.open: dict[str, Config] = {}

    def set_search_properties(self, metric: Any, mode: Any, config: Any, **spec: Any) -> bool:
        self._metric, self._mode = metric, mode
        return True

    def draw(self) -> Config:
        units = self.chance.randint(4, 64)
        momentum = self.chance.uniform(0, 0.9)
        lr = 10 ** self.chance.uniform(-4, 0)
        return {"lr": lr, "momentum": momentum, "units": units, "activation": "tanh"}

    def suggest(self, trial_id: str) -> Any:
        config = self.draw()
        if self.best is not None:
            config["momentum"] = min(max(self.best[1]["momentum"] + self.chance.gauss(0, 0.05), 0.0), 0.9)
        self.open[trial_id] = config
        return config

    def gain(self, value: float) -> float:
        return value if self._mode == "max" else -value

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None: ...

    def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
        config = self.open.pop(trial_id, None)
        if config and result and not error and (gain := self.gain(result[str(self._metric)])) == gain:
            self.best = max(self.best or (gain, config), (gain, config), key=lambda pair: pair[0])


class IgnoresMode(Sound):
    def gain(self, value: float) -> float:
        return value


class DrawsOutside(Sound):
    def draw(self) -> Config:
        return super().draw() | {"units": 65}


class LosesTheType(Sound):
    def draw(self) -> Config:
        return super().draw() | {"units": 8.0}


class StallsAfterFailures(Sound):
    failures = 0

    def suggest(self, trial_id: str) -> Any:
        return None if self.failures >= 5 else super().suggest(trial_id)

    def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
        super().on_trial_complete(trial_id, result, error)
        self.failures += error


class IgnoresItsSeed(Sound):
    def __init__(self, setup: SearchSetup) -> None:
        super().__init__(setup)
        self.chance = random.Random()


class KnowsOnlyOneSeed(Sound):
    def __init__(self, setup: SearchSetup) -> None:
        super().__init__(setup)
        self.chance = random.Random(0)


class LearnsFromNaN(Sound):
    def on_trial_complete(self, trial_id: str, result: Any = None, error: bool = False) -> None:
        if result and result[str(self._metric)] != result[str(self._metric)]:
            result = {str(self._metric): 1e9}
        super().on_trial_complete(trial_id, result, error)


class ForgetsEverything(Sound):
    def save(self, checkpoint_path: str) -> None:
        Path(checkpoint_path).touch()

    def restore(self, checkpoint_path: str) -> None: ...


class Dawdles(Sound):
    def suggest(self, trial_id: str) -> Any:
        sum(range(100_000))
        return super().suggest(trial_id)


NAME = "made-up"
Test = Callable[..., None]


def run(test: Test, spec: Any, **fixtures: Any) -> None:
    """Run a test of a contract on a part, without pytest's machinery."""
    fixtures |= {"self": None, "name": NAME, "spec": spec}
    test(**{name: fixtures[name] for name in inspect.signature(test).parameters})


S = SearcherContract
FAULTS: list[tuple[type[Sound], dict[str, Any], Test]] = [
    (IgnoresMode, {}, S.test_minimising_mirrors_maximising),
    (DrawsOutside, {}, S.test_several_trials_may_be_undecided_at_once),
    (LosesTheType, {}, S.test_several_trials_may_be_undecided_at_once),
    (StallsAfterFailures, {}, S.test_search_goes_on_whatever_becomes_of_the_trials),
    (IgnoresItsSeed, {}, S.test_same_seed_and_results_give_the_same_suggestions),
    (KnowsOnlyOneSeed, {}, S.test_another_seed_gives_other_suggestions_where_there_is_chance),
    (LearnsFromNaN, {}, S.test_nan_counts_as_failure),
    (ForgetsEverything, {}, S.test_restored_search_goes_on_as_if_nothing_had_happened),
    (Dawdles, {"seconds_of_300": 0.3}, S.test_300_trials_take_no_more_cpu_seconds_than_declared),
    (Sound, {}, S.test_look_ahead_is_never_exceeded),  # nobody limits it
    (Sound, {}, S.test_trial_that_rests_teaches_as_much_as_one_that_completes),  # nobody tells it
    (Sound, {"learns": False}, S.test_other_results_give_other_suggestions_if_it_learns),
    (Sound, {"chance": False}, S.test_another_seed_gives_other_suggestions_where_there_is_chance),
]
# What an unadapted searcher cannot know, and what it would have to save.
BEYOND = (
    S.test_look_ahead_is_never_exceeded,
    S.test_trial_that_rests_teaches_as_much_as_one_that_completes,
    S.test_restored_search_goes_on_as_if_nothing_had_happened,
)


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Register a part under the made-up name for one test."""
    from benchmarks.testing import searches, trainable

    def add(registry: Any, spec: Any) -> Any:
        assert NAME not in registry  # and everything else is imported by now
        monkeypatch.setitem(registry._specs, NAME, spec)
        return spec

    yield add
    searches.undisturbed.cache_clear()
    trainable.arrays.cache_clear()


def made_up(kind: type[Sound], **said: Any) -> SearcherSpec:
    return SearcherSpec(
        NAME,
        "made up",
        build=lambda setup: SearchPlan(setup.space, setup.trials, kind(setup)),
        **said,
    )


@pytest.mark.parametrize(
    ("kind", "said", "test"), FAULTS, ids=[f"{kind.__name__}-{test.__name__}" for kind, _, test in FAULTS]
)
def test_faulty_searcher_is_caught(
    kind: type[Sound], said: dict[str, Any], test: Test, register: Any, tmp_path: Path
) -> None:
    spec = register(SEARCHERS, made_up(kind, **said))
    with pytest.raises(AssertionError):
        run(test, spec, fate="the first five fail", tmp_path=tmp_path)


@pytest.mark.parametrize(
    "test", sorted({test for _, _, test in FAULTS} - {*BEYOND}, key=lambda t: t.__name__)
)
def test_sound_searcher_passes_what_catches_the_faults(test: Test, register: Any, tmp_path: Path) -> None:
    run(test, register(SEARCHERS, made_up(Sound)), fate="the first five fail", tmp_path=tmp_path)


def test_endless_loop_is_ended_though_the_library_catches_everything() -> None:
    def endless() -> None:
        while True:
            with contextlib.suppress(Exception):
                sum(range(1000))

    with pytest.raises(NoEnd, match=r"no end after 0\.2 CPU seconds"), cpu_seconds(0.2):
        endless()


def test_configurations_are_looked_at_to_the_bottom() -> None:
    net = {"width": 9, "activation": {"name": "relu", "slope": 0.1}, "layers": [{"dropout": 0.1}, 4, 3]}
    right = {"lr": 0.1, "net": net}
    assert outside(NESTED, right) == []
    for wrong in (
        {"lr": 0.1},
        right | {"more": 1},
        right | {"lr": 2.0},
        right | {"lr": "0.1"},
        {"lr": 0.1, "net": net | {"activation": {"name": "relu", "slope": 0.2}}},
        {"lr": 0.1, "net": net | {"layers": [{"dropout": 0.15}, 4, 3]}},
        {"lr": 0.1, "net": net | {"layers": [{"dropout": 0.1}, 4]}},
    ):
        assert len(outside(NESTED, wrong)) == 1, wrong


def test_branch_must_be_whole() -> None:
    [optimizer] = [CONDITIONAL["optimizer"]]
    assert inside(optimizer, {"kind": "adam", "lr": 0.01})
    assert inside(optimizer, {"kind": "rprop"})
    assert not inside(optimizer, {"kind": "adam", "lr": 0.01, "momentum": 0.5})
    assert not inside(optimizer, {"kind": "sgd", "lr": 0.01})
    assert not inside(tune.choice([0, 1]), True) and not inside(tune.randint(0, 2), True)


# Schedulers: what is read from the rows of an experiment


def row(trial: str, epoch: int, decision: str = "CONTINUE", **more: Any) -> dict[str, Any]:
    return {"trial_id": trial, "epoch": epoch, "decision": decision, "config": "{}", "score": 0.5} | more


def outcome(*results: dict[str, Any], stopped: tuple[str, ...] = ()) -> Outcome:
    names = dict.fromkeys(result["trial_id"] for result in results)
    trials = [{"trial_id": n, "decision": "stopped" if n in stopped else "completed"} for n in names]
    return Outcome({"status": "ok"}, trials, list(results))


def test_result_after_the_last_is_seen() -> None:
    assert behaviour.after_the_end([row("a", 1), row("b", 1, "STOP"), row("a", 2, "END")]) == []
    assert behaviour.after_the_end([row("a", 1, "STOP"), row("b", 1), row("a", 2)]) == ["a"]


def test_trial_that_is_ended_though_it_was_to_go_on_is_seen() -> None:
    rows = row("a", 1), row("b", 1, "STOP"), row("c", 1, "PAUSE"), row("d", 1), row("d", 2, "END")
    assert behaviour.ended_while_going_on(outcome(*rows, stopped=("a", "b", "c"))) == ["a"]


def test_epoch_that_is_lost_or_trained_twice_is_seen() -> None:
    assert behaviour.out_of_step([row("a", 1), row("b", 1), row("a", 2)]) == []
    assert behaviour.out_of_step([row("a", 1), row("a", 1), row("b", 1), row("b", 3)]) == ["a", "b"]


def test_effects_are_told_apart() -> None:
    assert behaviour.effects(outcome(row("a", 1), row("a", 2, "END"))) == set()
    assert behaviour.effects(outcome(row("a", 1, "STOP"), stopped=("a",))) == {Effect.STOP}
    assert behaviour.effects(outcome(row("a", 1, "PAUSE"), row("a", 2, "END"))) == {Effect.PAUSE}
    assert behaviour.effects(outcome(row("a", 1, "PAUSE"), stopped=("a",))) == {Effect.PAUSE, Effect.STOP}
    assert behaviour.effects(outcome(row("a", 1), row("a", 2, config='{"lr":1}'))) == {Effect.MUTATE}
    resized = outcome(row("a", 1, "PAUSE", cpus=1.0), row("a", 2, "END", cpus=2.0))
    assert behaviour.effects(resized) == {Effect.RESIZE}


def test_stopping_the_best_is_seen() -> None:
    worse = outcome(row("a", 1, score=0.3), row("a", 2), row("b", 1, "STOP", score=0.2), stopped=("b",))
    assert behaviour.best_ended(worse, "score", "max") == []
    assert behaviour.best_ended(worse, "score", "min") == ["b at epoch 1"]
    assert behaviour.best_ended(outcome(row("a", 1), stopped=("a",)), "score", "max") == []  # alone there


def test_mutation_that_leaves_the_space_is_seen() -> None:
    right = '{"lr":0.1,"momentum":0.5,"units":8,"activation":"relu"}'
    assert behaviour.strayed([row("a", 1, config=right)], space()) == []
    [wrong] = behaviour.strayed([row("a", 1, config=right.replace("0.5", "1.08"))], space())
    assert "momentum" in wrong and "1.08" in wrong


# Trainables


class ForgetsItsScore(Probe):
    def load_checkpoint(self, checkpoint: str) -> None:  # type: ignore[override]
        self.state = 1, self.state[1]


class KeepsItsScore(Probe):
    def reset_config(self, new_config: dict[str, Any]) -> bool:
        self.config = new_config
        return True


class RollsDice(Probe):
    def step(self) -> dict[str, float]:
        return {"score": random.SystemRandom().random()}


class NamesItOtherwise(Probe):
    def step(self) -> dict[str, float]:
        return {"result": 1.0}


class BreaksInACorner(Probe):
    def step(self) -> dict[str, float]:
        return {"score": 1 / (64 - self.config["units"])}


T = TrainableContract
TRAINING: list[tuple[type[Probe], Test, type[Exception]]] = [
    (ForgetsItsScore, T.test_saving_changes_nothing_and_what_is_loaded_goes_on, AssertionError),
    (KeepsItsScore, T.test_reset_trial_equals_a_fresh_one, AssertionError),
    (RollsDice, T.test_a_configuration_has_one_curve, AssertionError),
    (NamesItOtherwise, T.test_epochs_report_the_metric_and_finite_numbers_at_a_cost, AssertionError),
    (BreaksInACorner, T.test_corners_of_the_space_can_be_trained, ZeroDivisionError),
]


@pytest.mark.parametrize(
    ("target", "test", "error"), TRAINING, ids=[target.__name__ for target, _, _ in TRAINING]
)
def test_faulty_trainable_is_caught(
    target: type[Probe], test: Test, error: type[Exception], register: Any, tmp_path: Path
) -> None:
    provides = frozenset({Capability.CHECKPOINTS})
    spec = TrainableSpec(NAME, "", target=target, space=space, metric="score", provides=provides)
    register(TRAINABLES, spec)
    with pytest.raises(error):
        run(test, spec, cls=target, tmp_path=tmp_path, train=lambda _: curve(NAME, middle(spec)))
