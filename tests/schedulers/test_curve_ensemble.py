"""Forecasts of curves: known curves, units, short and hard ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from schedulers._curve_ensemble import Floats, Forecasts, forecasts

EPOCHS = 27


def power_laws(number: int, seed: int, noise: float = 0.0) -> Floats:
    """Return whole curves a - b t^-c, drawn at random."""
    rng = np.random.default_rng(seed)
    a, b, c = (
        rng.uniform(0.4, 1, (number, 1)),
        rng.uniform(0.1, 0.5, (number, 1)),
        rng.uniform(0.3, 2, (number, 1)),
    )
    return a - b * np.arange(1.0, EPOCHS + 1) ** -c + noise * rng.normal(size=(number, EPOCHS))


def cut(curves: Floats, lengths: list[int]) -> Floats:
    """Return curves of which only the first epochs are known."""
    known = np.arange(EPOCHS) < np.array(lengths)[:, None]
    return np.where(known, curves, np.nan)


def mean(found: Forecasts) -> Floats:
    return np.asarray((found.weights * found.means).sum(axis=1))


@pytest.mark.parametrize("seed", range(5))
def test_power_law_is_forecast_from_a_third_of_it(seed: int) -> None:
    whole = power_laws(8, seed)
    found = mean(forecasts(cut(whole, [9] * 8)))[:-1]
    error = np.abs(found - whole[:, -1])
    assert error.max() < 0.5 * np.abs(whole[:, -1] - whole[:, 8]).max()  # better than to go on as it stands
    assert error.max() < 0.03


def test_intervals_hold_what_they_say() -> None:
    inside = []
    for seed in range(40):
        whole = power_laws(10, seed, noise=0.01)
        found = forecasts(cut(whole, [3, 6, 9, 12, 15, 18, 3, 6, 9, 12]))
        chances = [found.chance(float(last))[n] for n, last in enumerate(whole[:, -1])]
        inside += [0.05 < chance < 0.95 for chance in chances]
    assert 0.75 < np.mean(inside) <= 1


@given(st.integers(0, 1000), st.sampled_from([1e-3, 0.5, 3.0, 1e4]), st.floats(-100, 100))
def test_forecasts_do_not_depend_on_the_unit_of_the_metric(seed: int, unit: float, shift: float) -> None:
    curves = cut(power_laws(5, seed), [1, 3, 5, 9, 27])
    before, after = forecasts(curves), forecasts(curves * unit + shift * unit)
    assert np.allclose(mean(before) * unit + shift * unit, mean(after), rtol=1e-4, atol=1e-4 * unit)


def test_new_curve_is_forecast_as_the_others_are_on_average() -> None:
    found = mean(forecasts(power_laws(20, 1)))
    assert found[-1] == pytest.approx(found[:-1].mean())


def test_expected_improvement_and_chance_are_those_of_the_mixture() -> None:
    mixture = Forecasts(np.array([[0.0, 1.0]]), np.array([[1.0, 0.5]]), np.array([[0.3, 0.7]]))
    rng = np.random.default_rng(1)
    draws = np.where(rng.random(200_000) < 0.3, rng.normal(0, 1, 200_000), rng.normal(1, 0.5, 200_000))
    assert mixture.expected_improvement(0.8)[0] == pytest.approx(np.maximum(draws - 0.8, 0).mean(), abs=0.005)
    expected = 0.3 * norm.sf(0.8) + 0.7 * norm.sf((0.8 - 1) / 0.5)
    assert mixture.chance(0.8)[0] == pytest.approx(expected)


hard = st.sampled_from([-math.inf, -1e300, -5.0, 0.0, 0.1, 0.100001, 0.5, 1.0, 1e300])


@given(st.lists(st.lists(hard, min_size=1, max_size=9), min_size=1, max_size=8), st.integers(9, 12))
def test_whatever_the_values_are_forecasts_are_finite_and_weights_add_up(
    curves: list[list[float]], epochs: int
) -> None:
    padded = np.array([curve + [math.nan] * (epochs - len(curve)) for curve in curves])
    if np.isneginf(padded[np.isfinite(padded) | np.isinf(padded)]).all():
        return  # the scheduler asks only once a value is finite
    found = forecasts(padded)
    assert found.means.shape == found.deviations.shape == found.weights.shape
    assert np.isfinite(found.means).all() and (found.deviations > 0).all()
    assert np.allclose(found.weights.sum(axis=1), 1)
    best = float(padded[np.isfinite(padded)].max())
    assert (found.expected_improvement(best) >= 0).all()
    assert ((found.chance(best) >= 0) & (found.chance(best) <= 1)).all()


@pytest.mark.parametrize("epochs", [1, 2])
def test_trainings_of_few_epochs_have_forecasts_too(epochs: int) -> None:
    found = forecasts(np.full((3, epochs), 0.5))
    assert np.allclose(mean(found), 0.5, atol=0.01)
