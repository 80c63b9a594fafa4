"""Sobol points fill the space evenly, in whatever space they are asked for."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from ray import tune

from benchmarks.testing.domains import SPACES, outside
from benchmarks.testing.offline import Config, End, Offline, drive

SQUARE = {"x": tune.uniform(0, 1), "y": tune.loguniform(1e-4, 1)}


def points(trials: int, seed: int = 1) -> list[Config]:
    return drive(Offline("sobol", SQUARE, trials=trials, seed=seed))


@pytest.mark.parametrize("trials", [4, 16, 64])
def test_every_slice_of_every_hyperparameter_gets_one_point(trials: int) -> None:
    # Random draws leave a third of the slices empty.
    found = points(trials)
    for name, domain in SQUARE.items():
        low, high = domain.lower, domain.upper
        shares = [
            (point[name] - low) / (high - low) if name == "x" else 1 + 0.25 * math.log10(point[name])
            for point in found
        ]
        assert Counter(int(share * trials) for share in shares) == dict.fromkeys(range(trials), 1)


def test_points_do_not_depend_on_what_becomes_of_the_trials() -> None:
    failing = drive(Offline("sobol", SQUARE, trials=16), ends=lambda number: End.FAILS)
    assert failing == points(16)


def test_a_longer_search_goes_on_where_a_shorter_one_ended() -> None:
    assert points(20)[:8] == points(8)


@pytest.mark.parametrize("kind", list(SPACES))
def test_points_lie_in_any_space(kind: str) -> None:
    found = drive(Offline("sobol", SPACES[kind], trials=8))
    assert len(found) == 8
    assert [wrong for config in found for wrong in outside(SPACES[kind], config)] == []
