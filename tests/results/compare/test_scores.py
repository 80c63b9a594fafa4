"""Scores depend on the task's constants alone, and their area on the curve alone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic import make_run
from hypothesis import given
from hypothesis import strategies as st

import results
from results import ResultsError
from results.compare.scores import anytime, score, score_curves, score_frame
from results.statistics.steps import Steps, sample

HEIGHTS = st.lists(st.floats(-50, 120), min_size=1, max_size=8)


def curve(heights: list[float], x: list[float] | None = None) -> Steps:
    points = np.arange(1.0, len(heights) + 1) if x is None else np.array(x)
    return Steps(points, np.maximum.accumulate(np.array(heights)))


def test_the_baseline_scores_0_and_the_optimum_100_whichever_way_is_better() -> None:
    assert score([0.9, 0.95, 1.0], baseline=0.9, optimum=1.0) == pytest.approx([0, 50, 100])
    assert score([3.0, 2.0, 0.0], baseline=2.0, optimum=0.0) == pytest.approx([-50, 0, 100])


def test_the_area_of_a_hand_drawn_curve() -> None:
    steps = curve([20, 60], [1, 4])  # 20 from 1 to 4, then 60
    assert anytime(steps, 1, 9) == pytest.approx((3 * 20 + 5 * 60) / 8)
    assert anytime(steps, 1, 16, log=True) == pytest.approx((20 + 60) / 2)  # 1 to 4, 4 to 16
    assert anytime(steps, 0, 2) == pytest.approx(10)  # nothing is known before 1
    assert anytime(curve([-900, 60], [1, 4]), 1, 9) == pytest.approx(5 * 60 / 8)


@given(HEIGHTS, st.floats(0.5, 3), st.floats(0.1, 10), st.booleans())
def test_the_area_is_that_of_a_fine_sum(heights: list[float], start: float, width: float, log: bool) -> None:
    steps, end = curve(heights), start + width
    grid = np.geomspace(start, end, 20_001) if log else np.linspace(start, end, 20_001)
    held = Steps(np.append(steps.x, 99.0), np.append(steps.y, steps.y[-1]))
    fine = np.maximum(np.nan_to_num(sample(held, grid[:-1]), nan=0.0), 0.0).mean()
    assert anytime(steps, start, end, log=log) == pytest.approx(fine, abs=0.2)


@pytest.mark.parametrize(("start", "end", "log"), [(2, 2, False), (3, 1, False), (0, 5, True)])
def test_no_stretch_has_no_area(start: float, end: float, log: bool) -> None:
    with pytest.raises(ValueError, match="is not a valid range"):
        anytime(curve([1.0]), start, end, log=log)


def test_a_run_has_a_score_for_each_ok_experiment(tmp_path: Path) -> None:
    run = results.load(make_run(tmp_path / "run", searchers=2, schedulers=2, repetitions=2))
    frame = score_frame(run)
    fine = run.experiments[run.experiments["status"] == "ok"].set_index("key")
    assert set(frame["key"]) == set(fine.index) and len(frame) == len(fine)
    for row in frame.itertuples():
        assert math.isclose(row.score, 100 * (fine["best"][row.key] - 0.8) / 0.18)
    known, curves = score_curves(run, "epochs")
    assert list(known["key"]) == list(curves.keys)
    ends = [curves.curve(key).y[-1] for key in frame["key"]]
    assert ends == pytest.approx(list(frame["score"]))


def test_trials_count_when_they_first_report(tmp_path: Path) -> None:
    run = results.load(make_run(tmp_path / "run", searchers=1, schedulers=1, repetitions=1, clean=True))
    over = run.curves("trials").curve(run.experiments["key"][0])
    seen: set[str] = set()
    counts = [len(seen := seen | {name}) for name in run.results.sort_values("seq")["trial_id"]]
    assert over.x[-1] == counts[-1] == 8
    assert set(over.x) <= set(counts)


def test_without_constants_there_is_no_score(tmp_path: Path) -> None:
    run = results.load(make_run(tmp_path / "run", searchers=1, schedulers=1, repetitions=1))
    unknown = run.only(run.experiments.assign(baseline=np.nan))
    with pytest.raises(ResultsError, match="baseline and optimum"):
        score_frame(unknown)
