"""Exploration of a population from a winner's configuration, in domains of any kind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ray import tune
from ray.tune.schedulers import PopulationBasedTraining

from benchmarks.core.seeding import OwnGenerators
from benchmarks.spaces.categories import identity, same
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, ScheduleSetup
from benchmarks.suite.rules import why_incompatible
from benchmarks.testing.domains import outside
from schedulers._explore import one_step

SPACE: dict[str, Any] = {
    "lr": tune.loguniform(1e-4, 1),
    "dropout": tune.quniform(0.0, 0.9, 0.1),
    "blocks": tune.qrandint(1, 10, 3),
    "width": tune.lograndint(1, 65),
    "batch": tune.choice([16, 32, 64]),
    "act": tune.choice(["relu", "tanh", "elu"]),
    "flag": tune.choice([False, True]),
    "mixed": tune.choice([1, 1.0, True]),
    "layers": tune.choice([[1, 2], (1, 2), [3, 4], None, [], {"w": 3}]),
    "one": tune.choice(["only"]),
    "net": tune.choice([{"kind": "a", "x": tune.uniform(0, 1)}, {"kind": "b"}]),
    "huge": tune.uniform(-1e308, 1e308),
    "wide": tune.loguniform(1e-200, 1e200),
    "seed": tune.randint(0, 2**63 - 1),
    "fixed": (1, 2),
}
START: dict[str, Any] = {
    **{"lr": 0.1, "dropout": 0.0, "blocks": 3, "width": 1, "batch": 16, "act": "tanh", "flag": True},
    **{"mixed": True, "layers": (1, 2), "one": "only", "net": {"kind": "a", "x": 0.5}, "huge": 9e307},
    **{"wide": 1e150, "seed": 2**62, "fixed": (1, 2)},
}


@pytest.fixture(autouse=True)
def generators() -> Iterator[None]:
    """Give the process its random states back."""
    with OwnGenerators(1):
        yield


def setup(space: dict[str, Any], mutable: tuple[str, ...], **more: Any) -> ScheduleSetup:
    return ScheduleSetup(space, mutable, 8, 12, 2, 1, **more)


def walk(name: str, space: dict[str, Any], start: dict[str, Any], steps: int) -> list[dict[str, Any]]:
    """Return the configurations of a loser that copies itself again and again."""
    scheduler = SCHEDULERS[name].build(setup(space, tuple(key for key in space if key != "fixed")))
    scheduler.set_search_properties("score", "max")
    seen = [start]
    for _ in range(steps):
        donor = SimpleNamespace(trial_id="a", config=seen[-1])
        seen.append(scheduler._get_new_config(SimpleNamespace(trial_id="b"), donor)[0])
    return seen


@pytest.mark.parametrize("name", ["pbt", "pbt-sync"])
def test_populations_stay_in_domains_of_any_kind_and_reach_all_categories(name: str) -> None:
    seen = walk(name, SPACE, START, 300)
    assert [wrong for config in seen for wrong in outside(SPACE, config)] == []
    for key, count in (("batch", 3), ("act", 3), ("flag", 2), ("mixed", 3), ("layers", 6), ("blocks", 3)):
        assert len({identity(config[key]) for config in seen}) == count, key
    assert {config["net"]["kind"] for config in seen} == {"a", "b"}
    assert len({config["dropout"] for config in seen}) == 10
    assert len({config["width"] for config in seen}) > 10
    assert all(same(config["fixed"], (1, 2)) for config in seen)


def test_categories_move_to_a_neighbour_three_times_of_four() -> None:
    space = {"x": tune.choice(["a", "b", "c", "d", "e"])}
    scheduler = SCHEDULERS["pbt"].build(setup(space, ("x",)))
    donor = SimpleNamespace(trial_id="a", config={"x": "c"})
    often = Counter(scheduler._get_new_config(donor, donor)[0]["x"] for _ in range(2000))
    assert (often["b"] + often["d"]) / 2000 == pytest.approx(0.75 + 0.25 * 2 / 5, abs=0.05)
    assert min(often[letter] for letter in "ace") > 50


@pytest.mark.parametrize("seed", range(5))
def test_floats_move_as_ray_moves_them(seed: int) -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "momentum": tune.uniform(0, 0.99)}
    ours, rays = (
        SCHEDULERS["pbt"].build(setup(space, tuple(space))),
        PopulationBasedTraining(hyperparam_mutations=space),
    )
    moved = []
    for scheduler in (ours, rays):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - Ray draws from it
        donor = SimpleNamespace(trial_id="a", config={"lr": 0.01, "momentum": 0.5})
        moved.append([scheduler._get_new_config(donor, donor)[0] for _ in range(20)])
    assert moved[0] == moved[1]


@pytest.mark.parametrize(
    ("domain", "value", "up", "next_one"),
    [
        (tune.quniform(0, 0.9, 0.1), 0.0, True, 0.1),
        (tune.quniform(0, 0.9, 0.1), 0.0, False, 0.0),
        (tune.quniform(0, 0.9, 0.1), 0.9, True, 0.9),
        (tune.quniform(-0.5, 0.5, 0.1), -0.1, True, -0.2),
        (tune.quniform(-0.5, 0.5, 0.1), -0.1, False, 0.0),
        (tune.randint(1, 9), 1, True, 2),
        (tune.randint(1, 9), 1, False, 1),
        (tune.qrandint(0, 12, 3), 3, True, 6),
    ],
)
def test_step_that_rounding_would_swallow_is_taken(
    domain: Any, value: float, up: bool, next_one: float
) -> None:
    assert one_step(domain, value, up=up) == pytest.approx(next_one)


def test_small_numbers_move_though_nothing_is_drawn_anew() -> None:
    space = {"x": tune.quniform(0, 2, 0.5), "n": tune.randint(0, 4)}
    scheduler = SCHEDULERS["pbt"].build(setup(space, ("x", "n")))
    scheduler._resample_probability = 0
    seen = [{"x": 1.0, "n": 1}]
    for _ in range(200):
        donor = SimpleNamespace(trial_id="a", config=seen[-1])
        seen.append(scheduler._get_new_config(donor, donor)[0])
    assert {config["x"] for config in seen} == {0.0, 0.5, 1.0, 1.5, 2.0}
    assert {config["n"] for config in seen} == {0, 1, 2, 3}


@settings(deadline=None, max_examples=30)
@given(st.integers(-20, 20), st.integers(1, 30), st.sampled_from([0.05, 0.1, 0.25, 1.0]), st.integers(0, 99))
def test_every_step_is_reached(low: int, count: int, step: float, seed: int) -> None:
    space = {"x": tune.quniform(round(low * step, 6), round((low + count) * step, 6), step)}
    random.seed(seed)
    seen = walk("pbt", space, {"x": float(low * step)}, 60 * (count + 1))
    assert [wrong for config in seen for wrong in outside(space, config)] == []
    assert len({config["x"] for config in seen}) == count + 1


@pytest.mark.parametrize("name", ["pbt", "pbt-sync", "pb2"])
@pytest.mark.parametrize(
    ("mutable", "said"),
    [
        ("learning_rate", "mutable names 'learning_rate', which the space has not; it has lr, batch, opt, f"),
        ("batch", "mutable names 'batch', which is 32; expected uniform"),
        ("opt", "mutable names 'opt', which is {m: uniform"),
        ("f", "mutable names 'f', which is sample_from"),
    ],
)
def test_names_that_cannot_change_are_named(name: str, mutable: str, said: str) -> None:
    space = {"lr": tune.uniform(0, 1), "batch": 32, "opt": {"m": tune.uniform(0, 1)}}
    space["f"] = tune.sample_from(lambda _: 1)
    with pytest.raises(ValueError, match=said):
        SCHEDULERS[name].build(setup(space, ("lr", mutable)))


def test_pb2_needs_a_float_that_may_change() -> None:
    from dataclasses import replace

    branin = TRAINABLES["branin"]
    cell = SEARCHERS["random"], SCHEDULERS["pb2"]
    assert why_incompatible(*cell, branin) is None
    for space in ({"x": tune.randint(0, 9)}, {"x": tune.choice([1, 2])}, {"x": tune.uniform(-1e308, 1e308)}):
        asked = replace(branin, space=lambda space=space: space, mutable=("x",))
        assert "pb2 proposes floats" in str(why_incompatible(*cell, asked))
        assert why_incompatible(SEARCHERS["random"], SCHEDULERS["pbt"], asked) is None


def test_replay_has_the_spaces_own_categories(tmp_path: Any) -> None:
    import json

    policy = tmp_path / "policy.txt"
    old, new = START | {"net": {"kind": "b"}}, START | {"layers": (1, 2), "mixed": 1.0}
    policy.write_text(json.dumps(["a", "a", 3, 3, old, new]) + "\n")
    replay = SCHEDULERS["pbt-replay"].build(setup(SPACE, ("layers",), policy=str(policy)))
    # A list and a tuple of the same numbers are one in JSON: the space's first is taken.
    assert same(replay.config, old | {"layers": [1, 2]})
    assert same(replay._policy[0][1], new | {"layers": [1, 2]})
