"""Grid search fills its budget with evenly spread levels, and crosses every one with every other."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import tune

from benchmarks.suite.registry import TRAINABLES
from benchmarks.testing import inside
from benchmarks.testing.domains import CONDITIONAL, SPACES, Space
from benchmarks.testing.offline import Config, Offline, drive
from searchers.grid_search import level_counts

limits = st.dictionaries(st.text(max_size=3), st.none() | st.integers(1, 6), max_size=6)


def points(space: Space, trials: int) -> list[Config]:
    return drive(Offline("grid", space, trials=trials))


@pytest.mark.parametrize("trainable", ["mnist-convnet", "digits-mlp"])
@pytest.mark.parametrize("trials", [1, 2, 7, 24])
def test_grid_has_at_most_as_many_points_as_trials(trainable: str, trials: int) -> None:
    found = points(TRAINABLES[trainable].space(), trials)
    assert trials / 2 < len(found) <= trials  # one more level anywhere would be too many
    assert len({json.dumps(point, sort_keys=True) for point in found}) == len(found)


def test_grid_crosses_every_level_with_every_other() -> None:
    space = {"lr": tune.loguniform(1e-4, 1), "units": tune.choice([8, 16]), "depth": 3}
    found = points(space, 9)
    pairs = {(point["lr"], point["units"]) for point in found}
    assert pairs == {(lr, units) for lr, _ in pairs for units in (8, 16)}
    assert len(found) == len(pairs) == 8
    assert all(point["depth"] == 3 and inside(space["lr"], point["lr"]) for point in found)


def test_what_differs_only_in_a_branch_that_is_not_taken_is_one_point() -> None:
    found = points(CONDITIONAL, 240)
    assert {point["optimizer"]["kind"] for point in found} == {"sgd", "adam", "rprop"}
    assert len({json.dumps(point, sort_keys=True) for point in found}) == len(found)


@pytest.mark.parametrize("kind", list(SPACES))
def test_one_trial_is_one_point_of_any_space(kind: str) -> None:
    assert len(points(SPACES[kind], 1)) == 1


@given(limits, st.integers(1, 300))
def test_level_counts_fill_the_budget_and_never_exceed_it(limits: dict[str, int | None], trials: int) -> None:
    counts = level_counts(limits, trials)
    assert counts.keys() == limits.keys()
    total = math.prod(counts.values())
    assert total <= trials
    for name, count in counts.items():
        limit = limits[name]
        assert count >= 1
        assert limit is None or count <= limit
        if limit is None or count < limit:
            assert total // count * (count + 1) > trials, f"{name} could have another level"


@given(st.integers(1, 5), st.integers(1, 300))
def test_levels_are_shared_out_evenly(names: int, trials: int) -> None:
    counts = level_counts(dict.fromkeys("abcde"[:names]), trials)
    whole = math.floor(trials ** (1 / names) + 1e-9)
    assert min(counts.values()) == whole
