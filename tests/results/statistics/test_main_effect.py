"""Main effects: paired within blocks, checked against SciPy and by simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from results.statistics.main_effect import main_effect


def test_two_levels_on_one_task_are_a_paired_t_test() -> None:
    values = np.random.default_rng(1).normal(size=(9, 1, 1, 2)).cumsum(axis=0)
    found = main_effect(values)
    one, other = values[:, 0, 0].T
    wanted = stats.ttest_rel(other, one).confidence_interval(0.95)
    assert (found.differences.low[1], found.differences.high[1]) == pytest.approx(tuple(wanted))
    assert found.differences.mean[1] == pytest.approx(np.mean(other - one))
    assert found.means.mean == pytest.approx([one.mean(), other.mean()])
    # The intervals of the two means meet where that of the difference touches 0.
    gap = (found.means.low[1] - found.means.high[0], found.means.low[0] - found.means.high[1])
    assert (max(gap) > 0) == (wanted.low > 0 or wanted.high < 0)
    assert gap[0] == pytest.approx(wanted.low) and -gap[1] == pytest.approx(wanted.high)


def test_what_shares_a_repetition_is_no_further_sample() -> None:
    values = np.random.default_rng(2).normal(size=(5, 2, 1, 3))
    once, thrice = main_effect(values, 1), main_effect(values.repeat(3, axis=2), 1)
    assert (once.blocks, thrice.blocks) == (10, 30)
    for name in ("means", "differences"):
        assert np.array(getattr(thrice, name)) == pytest.approx(np.array(getattr(once, name)))


def test_blocks_without_every_level_do_not_count() -> None:
    values = np.random.default_rng(3).normal(size=(6, 2, 2, 3))
    values[0, 0, 0, 1] = np.nan
    whole = values.copy()
    whole[0, 0, 0] = np.nan
    assert np.array(main_effect(values).differences) == pytest.approx(
        np.array(main_effect(whole).differences)
    )
    assert main_effect(values).blocks == 23


def test_effects_of_shifts_do_not_hang_on_what_blocks_differ_in() -> None:
    generator = np.random.default_rng(4)
    blocks = 1e3 * generator.normal(size=(4, 3, 2, 1))
    found = main_effect(blocks + np.array([0.0, 1.0, 3.0]))
    assert found.differences.mean == pytest.approx([0, 1, 3])
    assert np.diff(found.means.mean) == pytest.approx([1, 2])


def test_one_repetition_has_no_interval() -> None:
    found = main_effect(np.arange(4.0).reshape(1, 1, 2, 2))
    assert np.isnan(found.differences.low[1]) and found.differences.mean[1] == 1


def test_intervals_of_changes_cover_the_truth_as_often_as_they_say() -> None:
    generator, shift, hits, rounds = np.random.default_rng(5), np.array([0.0, 0.7, -0.2]), 0, 800
    for _ in range(rounds):
        seeds = generator.normal(size=(5, 2, 1, 1)) * 3  # of a repetition, shared by all in it
        by_others = generator.normal(size=(1, 2, 3, 1))
        noise = generator.normal(size=(5, 2, 3, 3)) + generator.normal(size=(5, 2, 1, 3))
        found = main_effect(seeds + by_others + noise + shift).differences
        hits += int(found.low[1] <= 0.7 <= found.high[1])
    assert 0.93 <= hits / rounds <= 0.975
