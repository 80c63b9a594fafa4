"""The parts of a table's model against independent computations."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from helpers.made_up import space
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import Matern

from benchmarks.curves.recorded.features import Features
from benchmarks.curves.recorded.held_out import errors
from benchmarks.curves.recorded.surface import Scales, Surface, learn, neighbours, solve
from benchmarks.curves.recorded.surrogate import LEAST_SHARE, Inverse, basis, scale_of, transformed
from benchmarks.suite.constants import expected_best


def test_the_surface_is_scikit_learns_gaussian_process() -> None:
    chance = np.random.default_rng(0)
    points = chance.random((60, 3)).astype(np.float32)
    targets = np.column_stack([np.sin(4 * points[:, 0]), points[:, 1] ** 2]).astype(np.float32)
    scales = Scales(np.array([0.5, 1.0, 3.0], np.float32), 0.01)
    surface = Surface(points, solve(points, targets, scales), scales)
    theirs = GaussianProcessRegressor(Matern(scales.lengths, nu=1.5), alpha=0.01 + 1e-6, optimizer=None)
    theirs.fit(points, targets)
    for point in chance.random((20, 3)).astype(np.float32):
        ours, nearest = surface.at(point)
        assert ours == pytest.approx(theirs.predict(point[None])[0], abs=1e-3)
        distance = (((points - point) / scales.lengths) ** 2).sum(1)
        assert nearest == distance.argmin()


def test_neighbours_are_the_nearest_by_the_learned_lengths() -> None:
    points = np.random.default_rng(4).random((50, 2)).astype(np.float32)
    scales = Scales(np.array([0.1, 5.0], np.float32), 0.01)
    for point, near in zip(points, neighbours(points, scales, 4), strict=True):
        distance = (((points - point) / scales.lengths) ** 2).sum(1)
        assert set(near) == set(np.argsort(distance)[:4])


def test_what_does_not_matter_is_learned() -> None:
    chance = np.random.default_rng(1)
    points = chance.random((200, 3)).astype(np.float32)
    targets = np.sin(6 * points[:, :1]).astype(np.float32)
    lengths = learn(points, targets, chance).lengths
    assert lengths[0] < lengths[1] / 3
    assert lengths[0] < lengths[2] / 3


@given(arrays(np.float64, 10, elements=st.floats(LEAST_SHARE, 1 - LEAST_SHARE)))
def test_shares_come_back(values: np.ndarray) -> None:
    assert Inverse(["logit"])(transformed(values, "logit")[None])[0] == pytest.approx(values, abs=1e-5)


@given(arrays(np.float64, 10, elements=st.floats(1e-5, 1e3)))
def test_losses_come_back(values: np.ndarray) -> None:
    assert Inverse(["log"])(transformed(values, "log")[None])[0] == pytest.approx(values, rel=1e-4)


def test_metrics_of_all_scales_come_back_together() -> None:
    rows = np.array([[0.2, 0.9], [0.01, 30.0], [-5.0, 7.0]])
    scales = ["logit", "log", "plain"]
    moved = np.array([transformed(row, scale) for row, scale in zip(rows, scales, strict=True)])
    assert Inverse(scales)(moved) == pytest.approx(rows, rel=1e-5)


@pytest.mark.parametrize(
    ("values", "scale"),
    [([0.1, 0.9], "logit"), ([0.01, np.nan, 5.0], "log"), ([-3.0, 5.0], "plain"), ([100.0, 120.0], "plain")],
)
def test_the_scale_of_a_metric_is_seen_in_its_values(values: list[float], scale: str) -> None:
    assert scale_of(np.array(values)) == scale


def test_a_few_components_carry_curves_of_a_few_shapes() -> None:
    chance = np.random.default_rng(2)
    curves = (chance.random((50, 4)) @ chance.random((4, 30))).astype(np.float32)
    found = basis(curves)
    assert found.curves(found.weights(curves)) == pytest.approx(curves, abs=1e-4)


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=6), st.integers(1, 4), st.booleans())
def test_the_expected_best_is_the_mean_over_all_draws(values: list[float], k: int, maximised: bool) -> None:
    choose = max if maximised else min
    every = [choose(draw) for draw in product(values, repeat=k)]
    assert expected_best(np.array(values), maximised, k) == pytest.approx(np.mean(every), abs=1e-9)


def test_who_diverged_counts_as_the_worst() -> None:
    assert expected_best(np.array([np.nan, 1.0, 2.0]), maximised=False, trials=1) == pytest.approx(5 / 3)


def test_a_perfect_prediction_has_no_error_and_a_reversed_one_no_recall() -> None:
    actual = np.random.default_rng(3).random((300, 9))
    seen = np.repeat(actual[:, None], 3, axis=1)
    perfect = errors(seen, actual, maximised=True)
    assert perfect["by_epoch"]["9"] == {"r2": 1.0, "spearman": 1.0}
    assert perfect["top_1_percent_recall"] == perfect["recall_of_one_seed"] == 1.0
    assert errors(seen, -actual, maximised=True)["top_1_percent_recall"] == 0.0


def test_a_vector_says_where_a_configuration_lies() -> None:
    features = Features(space())
    assert features.names == ["x", "y", "kind=1", "kind.1.z"]
    vector = features.of({"x": 0.25, "y": 1e-3, "kind": {"name": "b", "z": 0.75}})
    assert vector.tolist() == pytest.approx([0.25, 0, 1, 0.75])
    assert features.of({"x": 0.25, "y": 1e-3, "kind": {"name": "a"}}).tolist() == pytest.approx(
        [0.25, 0, 0, 0.5]
    )
