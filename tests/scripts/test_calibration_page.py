"""The page of calibration: its sentences name what its own data show."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.calibration.best import LEAST, BestCalibration, Setting
from scripts.calibration.page import BAR, page
from scripts.calibration.worlds import SPREADS


def calibration(gap: float, stated: float, true: float) -> BestCalibration:
    """Return a calibration whose bins differ by ``gap``, and whose top one differs at the last spread."""
    bins = np.zeros((4, 10))
    bins[:, 2] = 100 * (0.25 + gap), 25.0, 100, LEAST
    flat = np.full(len(SPREADS), 0.2)
    tops = [np.append(flat[:-1], value) for value in (stated, true)]
    return BestCalibration(bins, *tops, flat, flat)


@pytest.mark.parametrize(("gap", "stated"), [(0.156, 0.37), (0.08, 0.31)])
def test_the_settings_that_miss_the_bar_are_named_with_their_figures(gap: float, stated: float) -> None:
    normal = [(Setting(20, 10), calibration(0.01, 0.5, 0.5)), (Setting(2, 2), calibration(0.06, 0.7, 0.6))]
    tail = [(Setting(20, 10, worth="a tail of bad ones"), calibration(gap, stated, 0.06))]
    said = page(normal, tail, [], [], 100)
    assert (
        f"In 2 of 3 settings they differ by more than {BAR:g} in a bin: worths: a tail of bad ones, " in said
    )
    assert (
        f"20 combinations, 10 repetitions: {gap:.3f}; noise: normal, 2 combinations, 2 repetitions: " in said
    )
    assert (
        f"worths: a tail of bad ones: stated {stated:.2f}, true 0.06 (20 combinations, 10 repetitions" in said
    )
    assert "2 combinations, 2 repetitions, spread" not in said  # one run cannot tell


def test_nothing_is_named_where_all_is_calibrated() -> None:
    said = page([(Setting(20, 10), calibration(0.02, 0.5, 0.5))], [], [], [], 100)
    assert f"In no setting do stated and true rate differ by more than {BAR:g}" in said
