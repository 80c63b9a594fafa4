"""Worth of combinations: by brute force, in cases without noise, and calibrated in simulated grids."""

from __future__ import annotations

import numpy as np
import pytest

from results.statistics.variances import excess_kurtosis, noises
from results.statistics.worth import LEAST, MOST, NO_DIFFERENCE, SHAPES, recommended_order, worths
from scripts.calibration.best import Setting, gap, measure
from scripts.calibration.worlds import grid


def test_the_integrals_are_those_of_brute_force() -> None:
    generator = np.random.default_rng(5)
    values = generator.normal(size=(40, 4)) + np.array([0.0, 0.3, 0.5, 0.2]) + generator.normal(size=(40, 1))
    found = noises([values])[0]
    means = values.mean(axis=0) - values.mean()
    # A draw from the prior counts by the likelihood of the means, whatever their level.
    draws = 400_000
    tau = np.exp(generator.uniform(np.log(LEAST), np.log(MOST), draws)) * np.sqrt(found.single)
    tau[generator.random(draws) < NO_DIFFERENCE] = 0
    worth = np.zeros((draws, 4))
    which = generator.integers(len(SHAPES), size=draws)
    for index, (times, offset, often) in enumerate(SHAPES):
        rows = which == index
        part = generator.choice(len(often), p=often, size=(rows.sum(), 4))
        worth[rows] = np.array(offset)[part] + np.array(times)[part] * generator.normal(size=part.shape)
    worth *= tau[:, None]
    apart, precision = means - worth, 1 / found.variance
    level = apart @ precision / precision.sum()
    weight = np.exp(-0.5 * ((apart - level[:, None]) ** 2 @ precision))
    first = worth >= worth.max(axis=1, keepdims=True)
    expected = weight @ (first / first.sum(axis=1, keepdims=True)) / weight.sum()
    assert worths(values, ["a"] * 40).probability == pytest.approx(expected, abs=0.03)


def test_equal_combinations_share_the_chance() -> None:
    values = np.random.default_rng(0).normal(size=(10, 1)) + np.zeros(5)
    assert worths(values, ["a"] * 10).probability.tolist() == [0.2] * 5
    column = np.random.default_rng(1).normal(size=(10, 1))
    twice = np.hstack([column, column, column - 3 + 0.1 * np.random.default_rng(2).normal(size=(10, 1))])
    chance = worths(twice, ["a"] * 10).probability
    assert chance[0] == pytest.approx(chance[1]) == pytest.approx(0.5, abs=0.01)


def test_without_noise_the_chance_is_that_of_the_rule_of_succession() -> None:
    values = np.arange(4.0)[:, None] + np.array([0.0, 1.0, 0.5])
    assert worths(values, ["a"] * 4).probability == pytest.approx([1 / 12, 5 / 6, 1 / 12])


def test_one_repetition_says_nothing_and_two_are_never_sure_of_little() -> None:
    assert np.isnan(worths(np.zeros((1, 3)), ["a"])).all()
    assert np.isnan(worths(np.zeros((4, 3)), [*"abbb"])).all()
    lead = np.array([[0.0, 1.0], [0.0, 1.3]])
    assert 0.5 < worths(lead, ["a"] * 2).probability[1] < 0.95


def test_tasks_count_alike_however_many_repetitions_they_have() -> None:
    generator = np.random.default_rng(3)
    values = 0.01 * generator.normal(size=(12, 2))
    values[:2, 0] += 1.0  # of task a
    values[2:, 1] += 0.8  # of task b, with more repetitions
    assert worths(values, [*"aa", *"b" * 10]).probability[0] > 0.8


def test_what_scatters_more_is_shrunk_more() -> None:
    generator = np.random.default_rng(4)
    values = generator.normal(size=(20, 12))
    values[:, 0] *= 6
    values[:, :2] += 3 - values[:, :2].mean(axis=0)  # both lead alike
    found = worths(values, ["a"] * 20)
    assert found.expected[0] < found.expected[1]
    assert found.expected[1] < values.mean(axis=0)[1]


@pytest.mark.parametrize(
    ("setting", "count"), [(Setting(2, 3), 60), (Setting(20, 10), 60), (Setting(100, 10), 10)]
)
def test_what_is_stated_is_as_often_true(setting: Setting, count: int) -> None:
    found = measure(setting, count, np.random.default_rng(1))
    assert gap(found.bins) <= 0.09  # statements of 150 grids: two standard errors of chance
    # Of the most probable one, over all spreads: three standard errors.
    assert found.top_stated.mean() == pytest.approx(found.top_true.mean(), abs=1.5 / np.sqrt(5 * count))
    assert found.covered.mean() >= 0.95


def test_many_that_are_nearly_the_best_are_not_told_apart_because_others_are_bad() -> None:
    generator = np.random.default_rng(3)
    made = [grid(generator, 20, 10, 3.0, worth="a tail of bad ones") for _ in range(40)]
    stated = [worths(one.values, one.tasks).probability.max() for one in made]
    assert np.mean(stated) < 0.27  # without a shape of such worths 0.36; true are 0.06 to 0.18


def test_a_run_in_twelve_that_fails_makes_nobody_sure_of_those_without_failures() -> None:
    generator = np.random.default_rng(8)
    made = [grid(generator, 20, 10, 0.3, "8 % of runs fail") for _ in range(60)]
    found = [worths(one.values, one.tasks).probability for one in made]
    stated = np.mean([chance.max() for chance in found])
    true = np.mean([one.best[chance.argmax()] for one, chance in zip(made, found, strict=True)])
    assert stated == pytest.approx(true, abs=0.15)  # 0.2 too much where all of it counts as unequal noise


def test_the_excess_kurtosis_is_that_of_the_noise_whatever_its_variances() -> None:
    generator = np.random.default_rng(9)
    times = np.exp(generator.normal(size=300))
    for draw, known in ((generator.normal(size=(40, 300)), 0.0), (generator.uniform(-1, 1, (40, 300)), 0.0)):
        apart = times * (draw - draw.mean(axis=0))
        assert excess_kurtosis(apart) == pytest.approx(known, abs=0.15)
    laplace = generator.laplace(size=(200, 300))
    assert excess_kurtosis(laplace - laplace.mean(axis=0)) == pytest.approx(3, abs=0.4)
    assert excess_kurtosis(np.zeros((5, 3))) == 0.0
    assert excess_kurtosis(laplace[:3] - laplace[:3].mean(axis=0)) == 0.0


def test_what_one_of_the_others_surely_beats_is_not_recommended_first() -> None:
    expected, probability = np.array([0.3, 0.5, 0.4, 0.1]), np.array([0.45, 0.001, 0.26, 0.289])
    assert recommended_order(expected, probability).tolist() == [2, 1, 0, 3]
    assert recommended_order(expected, np.full(4, 0.25)).tolist() == [1, 2, 0, 3]


def test_small_differences_are_not_taken_for_large_ones() -> None:
    generator = np.random.default_rng(2)
    stated = [
        worths(made.values, made.tasks).probability.max()
        for made in (grid(generator, 20, 10, 0.1) for _ in range(40))
    ]
    assert np.mean(stated) < 0.25  # a bootstrap of the repetitions says 0.39; true are 0.13


def test_three_hundred_combinations_with_thirty_repetitions_are_ranked() -> None:
    made = grid(np.random.default_rng(3), 300, 30, 1.0)
    found = worths(made.values, made.tasks)
    assert found.probability.sum() == pytest.approx(1)
    assert found.probability[made.best.argmax()] > 0.01
    assert worths(made.values, made.tasks).probability.tolist() == found.probability.tolist()


@pytest.mark.parametrize(("spread", "likely"), [(0.0, True), (1.5, False)])
def test_unequal_noise_is_told_from_chance(spread: float, likely: bool) -> None:
    chance = np.random.default_rng(3)
    shares = []  # of equal noise, where the variances are found to differ
    for _ in range(40):
        scale = np.exp(spread * chance.standard_normal(12))
        found = noises([chance.standard_normal((12, 12)) * scale])
        assert sum(noise.weight for noise in found) == pytest.approx(1)
        if any(np.isfinite(noise.df) for noise in found):
            assert np.isinf(found[-1].df) and np.ptp(found[-1].variance) == 0
            shares.append(found[-1].weight)
    assert min(shares) > 0.5 if likely else max(shares) < 0.01 and len(shares) == 40
