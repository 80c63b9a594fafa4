"""The stratified bootstrap: who is drawn, and that the variance of a mean comes out right."""

from __future__ import annotations

import math

import numpy as np

from results.statistics import bootstrap
from results.statistics.bootstrap import draw_rows, limits, take


def test_each_task_draws_its_own_known_repetitions_equally_often_one_fewer_than_there_are() -> None:
    known = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0], [1, 1, 0]], dtype=bool)
    rows = draw_rows(known, np.random.default_rng(0), 20_000)
    assert rows.shape == (20_000, 3, 3)
    for task, expected in enumerate([{0, 1, 2, 3}, {0, 2, 3}, set()]):
        drawn = rows[:, :, task]
        assert np.all((drawn >= 0).sum(axis=1) == max(len(expected) - 1, 0))
        values, times = np.unique(drawn[drawn >= 0], return_counts=True)
        assert set(values.tolist()) == expected
        if expected:
            np.testing.assert_allclose(times / times.sum(), 1 / len(expected), atol=0.01)
    both = rows[:, 0, 0] == rows[:, 0, 1]  # tasks draw independently: 3 common rows, each 1 in 12
    assert abs(both.mean() - 3 / 12) < 0.01


def test_taking_keeps_tasks_apart_and_marks_what_is_missing() -> None:
    scores = np.array([[1.0, 10.0], [2.0, 20.0]])
    rows = np.array([[[1, 0]], [[0, -1]]])
    np.testing.assert_array_equal(take(scores, rows), [[[2, 10]], [[1, math.nan]]])


def test_the_variance_of_a_mean_is_unbiased() -> None:
    # s² / n, where s² has the divisor n - 1; a usual bootstrap gives (n - 1) / n of it.
    scores = np.array([[0.0], [1.0], [5.0]])
    means = take(scores, draw_rows(np.isfinite(scores), np.random.default_rng(0), 200_000)).mean(axis=1)
    assert abs(means.var() / (scores.var(ddof=1) / 3) - 1) < 0.02


def test_limits_are_the_percentiles_whatever_the_size_of_chunks() -> None:
    scores = np.arange(101.0)[:, None]
    seen: list[int] = []

    def spread(drawn: np.ndarray) -> np.ndarray:
        seen.append(len(drawn))
        return np.arange(sum(seen) - len(drawn), sum(seen), dtype=float)

    wide = np.tile(scores, bootstrap._CHUNK // 1000)
    low, high = limits(spread, [wide], np.random.default_rng(0), level=0.8, resamples=101)
    np.testing.assert_allclose([low, high], [10, 90])
    assert len(seen) > 5
    assert sum(seen) == 101


def test_samples_are_drawn_independently() -> None:
    scores = np.arange(40.0).reshape(10, 4)

    def distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.abs(a - b).max(axis=(1, 2))

    assert limits(distance, [scores, scores], np.random.default_rng(0))[0] > 0
