"""Schedulers: each is built for both core trainables, and a population never leaves its space."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune
from ray.tune.schedulers import TrialScheduler
from ray.tune.search.sample import Domain

from benchmarks.suite.registry import SCHEDULERS, TRAINABLES, Capability, Effect, ScheduleSetup
from schedulers._explore import Moves
from schedulers._population import interval, mutations

CORE = ["mnist-convnet", "digits-mlp"]
numbers = st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6)


@pytest.fixture(autouse=True)
def global_generator() -> Iterator[None]:
    """Give the process its random state back: PBT draws from it, and we seed it."""
    state = random.getstate()
    yield
    random.setstate(state)


def schedule(trainable: str = "digits-mlp", **changed: Any) -> ScheduleSetup:
    spec = TRAINABLES[trainable]
    values: dict[str, Any] = {"trials": 8, "epochs": 9, "workers": 2, "seed": 1}
    return ScheduleSetup(spec.space(), spec.mutable, **(values | changed))


@given(
    numbers,
    st.integers(-20, 20),
    st.integers(1, 40),
)
def test_whatever_mutation_makes_of_a_value_it_stays_inside(value: float, low: int, gap: int) -> None:
    domains: dict[str, Domain] = {
        "momentum": tune.uniform(low / 20, (low + gap) / 20),
        "lr": tune.loguniform(1e-6, gap),
        "units": tune.randint(low, low + gap),
        "wide": tune.lograndint(1, 1 + gap),
    }
    kept = Moves(domains).keep_inside(dict.fromkeys(domains, value))
    assert low / 20 <= kept["momentum"] <= (low + gap) / 20
    assert 1e-6 <= kept["lr"] <= gap
    assert low <= kept["units"] < low + gap
    assert 1 <= kept["wide"] < 1 + gap
    assert [type(kept[name]) for name in domains] == [float, float, int, int]


@given(st.floats(0.1, 0.9), st.integers(8, 128), st.lists(st.sampled_from([0.8, 1.2]), max_size=40))
def test_rays_own_factors_never_lead_out_however_often_they_are_applied(
    momentum: float, hidden: int, factors: list[float]
) -> None:
    clip = Moves({"momentum": tune.uniform(0.1, 0.9), "hidden": tune.lograndint(8, 129)}).keep_inside
    config: dict[str, Any] = {"momentum": momentum, "hidden": hidden}
    for factor in factors:
        config = clip({"momentum": config["momentum"] * factor, "hidden": config["hidden"] * factor})
        assert 0.1 <= config["momentum"] <= 0.9
        assert 8 <= config["hidden"] <= 128
        assert type(config["hidden"]) is int


def test_value_that_is_inside_is_left_alone_and_so_is_the_rest() -> None:
    config = {"momentum": 0.5, "hidden": 64, "batch_size": 32, "act": "relu", "note": None}
    domains = {
        "momentum": tune.uniform(0.1, 0.9),
        "hidden": tune.randint(8, 129),
        "act": tune.choice(["relu", "tanh"]),
    }
    before = dict(config)
    assert Moves(domains).keep_inside(config) == before
    assert config == before


def test_category_that_there_is_not_is_an_error_because_nothing_is_nearest() -> None:
    moves = Moves({"act": tune.choice(["relu", "tanh"])})
    with pytest.raises(ValueError, match="'gelu' is none of the categories"):
        moves.explore({"act": "gelu"}, lambda shown: (shown.config, {"act": "shift left"}))


@pytest.mark.parametrize(
    ("domain", "value", "nearest"),
    [
        (tune.quniform(0, 1, 0.25), 0.6, 0.5),
        (tune.qrandint(8, 64, 8), 19, 16),
        (tune.qrandint(8, 64, 8), 77, 64),
    ],
)
def test_quantised_value_moves_to_the_nearest_step(domain: Domain, value: float, nearest: float) -> None:
    assert Moves({"x": domain}).keep_inside({"x": value}) == {"x": nearest}


@pytest.mark.parametrize(("epochs", "expected"), [(1, 1), (3, 1), (4, 1), (9, 2), (27, 6), (100, 25)])
def test_population_perturbs_about_four_times_in_a_trial(epochs: int, expected: int) -> None:
    assert interval(schedule(epochs=epochs)) == expected


@given(st.integers(1, 10**6))
def test_population_perturbs_at_every_epoch_at_most(epochs: int) -> None:
    every = interval(schedule(epochs=epochs))
    assert 1 <= every <= epochs


@pytest.mark.parametrize("trainable", CORE)
def test_population_changes_only_what_may_change_while_a_trial_trains(trainable: str) -> None:
    asked = schedule(trainable)
    assert tuple(mutations(asked)) == TRAINABLES[trainable].mutable
    assert all(isinstance(domain, Domain) for domain in mutations(asked).values())


@pytest.mark.parametrize("trainable", CORE)
@pytest.mark.parametrize("name", list(SCHEDULERS))
@pytest.mark.parametrize("epochs", [1, 9])
def test_every_scheduler_can_be_built_and_takes_metric_and_mode_from_tune(
    name: str, trainable: str, epochs: int, tmp_path: Path
) -> None:
    policy = tmp_path / "policy.txt"
    policy.write_text("")
    built = SCHEDULERS[name].build(schedule(trainable, epochs=epochs, policy=str(policy)))
    assert isinstance(built, TrialScheduler)
    # Tune hands metric and mode over once; a scheduler that had its own would refuse them.
    assert built.set_search_properties("val_accuracy", "max") is not False


@pytest.mark.parametrize("name", ["pbt", "pbt-sync"])
def test_perturbed_configuration_lies_in_the_space(name: str) -> None:
    asked = schedule("mnist-convnet")
    scheduler = SCHEDULERS[name].build(asked)
    scheduler.set_search_properties("val_accuracy", "max")
    random.seed(1)
    config = {"lr": 1.0, "momentum": 0.9}
    donor = SimpleNamespace(trial_id="a", config=config)
    receiver = SimpleNamespace(trial_id="b", config=config)
    seen = [scheduler._get_new_config(receiver, donor)[0] for _ in range(200)]
    assert all(1e-10 <= new["lr"] <= 1 and 0.1 <= new["momentum"] <= 0.9 for new in seen)
    assert len({new["lr"] for new in seen}) > 2


def test_proposal_of_pb2_that_its_rounding_led_out_of_the_space_moves_back() -> None:
    scheduler = SCHEDULERS["pb2"].build(schedule("digits-mlp"))
    columns = dict(zip(scheduler._hyperparam_bounds, scheduler._hyperparam_bounds_flat, strict=True))
    rounded = float(np.float32(1e-4))
    assert rounded < 1e-4
    proposed = {"lr": rounded, "momentum": 0.5, "weight_decay": 1e-3, "decay": 0.9}
    kept = scheduler._custom_explore_fn({columns[name]: value for name, value in proposed.items()})
    assert kept[columns["lr"]] == 1e-4


def test_pb2_proposes_hyperparameters_of_any_name() -> None:
    names = ("a/b", "Time", "Reward", "y", "uni \u2713")
    space = {name: tune.uniform(0, 1) for name in names} | {"a": {"b": 3}, "empty": {}}
    scheduler = SCHEDULERS["pb2"].build(ScheduleSetup(space, names, 8, 12, 2, 1))
    scheduler.set_search_properties("score", "max")
    rest: dict[str, Any] = {"a": {"b": 3}, "empty": {}}
    trials = [SimpleNamespace(trial_id=i, config=dict.fromkeys(names, i / 8) | rest) for i in range(4)]
    for epoch in (1, 2, 3):
        for place, trial in enumerate(trials):
            result = {"training_iteration": epoch, "score": epoch * place / 4}
            scheduler._save_trial_state(SimpleNamespace(), epoch, result, trial)
    new, _ = scheduler._get_new_config(trials[0], trials[3])
    assert set(new) == set(space) and (new["a"], new["empty"]) == ({"b": 3}, {})
    assert all(0 <= new[name] <= 1 for name in names)
    assert any(new[name] != 3 / 8 for name in names)


def test_populations_differ_only_in_step() -> None:
    steps = [SCHEDULERS[name].build(schedule())._synch for name in ("pbt-sync", "pbt")]
    assert steps == [True, False]


def test_replay_without_a_policy_says_what_it_needs() -> None:
    with pytest.raises(ValueError, match="pbt-replay needs the policy file of a PBT experiment"):
        SCHEDULERS["pbt-replay"].build(schedule(policy=None))


def test_replay_belongs_to_a_scheduler_that_there_is() -> None:
    assert SCHEDULERS["pbt-replay"].replays == "pbt"
    assert all(spec.replays is None or spec.replays in SCHEDULERS for spec in SCHEDULERS.values())


def test_only_populations_need_all_trials_at_once() -> None:
    # Those that pause trials do not: a paused trial leaves its place in the look-ahead to another.
    together = {name for name, spec in SCHEDULERS.items() if spec.look_ahead == "trials"}
    assert together == {"pb2", "pbt", "pbt-sync"}


def test_whoever_pauses_trials_needs_checkpoints() -> None:
    pausing = {name for name, spec in SCHEDULERS.items() if Effect.PAUSE in spec.does}
    assert {"hyperband", "hb-bohb", "sha", "asha-promote", "one-epoch", "pbt-sync"} <= pausing
    assert all(Capability.CHECKPOINTS in SCHEDULERS[name].wants for name in pausing)


def test_only_what_changes_resources_needs_fresh_actors() -> None:
    assert [name for name, spec in SCHEDULERS.items() if not spec.reuse_actors] == ["resource-changing"]


def test_freed_cpus_go_to_the_survivors_within_the_experiments_workers() -> None:
    scheduler = SCHEDULERS["resource-changing"].build(schedule(workers=4))
    share_out = scheduler._resources_allocation_function
    one_cpu = SimpleNamespace(base_trial_resources=tune.PlacementGroupFactory([{"CPU": 1.0}]))

    def cpus(finished: bool, live: int) -> float | None:
        trials = [SimpleNamespace(is_finished=lambda i=i: i >= live) for i in range(6)]
        controller = SimpleNamespace(
            search_alg=SimpleNamespace(is_finished=lambda: finished), get_trials=lambda: trials
        )
        shared = share_out(controller, trials[0], {}, one_cpu)
        return None if shared is None else float(shared.bundles[0]["CPU"])

    assert [cpus(True, live) for live in (1, 2, 3, 4, 5)] == [4, 2, 1, 1, 1]
    assert cpus(False, 2) is None  # more trials are to come, they need their CPUs
