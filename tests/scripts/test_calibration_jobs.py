"""Measurements of calibration are the same again, and what was measured is not measured twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from scripts.calibration import best
from scripts.calibration.best import Setting
from scripts.calibration.jobs import Job, run


def test_an_ended_measurement_goes_on_from_what_it_has(tmp_path: Path) -> None:
    jobs = [Job("best", (Setting(2, 3),), 2, 0), Job("coverage", ("normal", 5, 1), 3, 5)]
    [alone] = run(jobs[:1], tmp_path, 1)
    [kept] = tmp_path.iterdir()
    made = kept.stat().st_mtime_ns
    both = list(run(jobs, tmp_path, 2))
    assert len(list(tmp_path.iterdir())) == 2
    assert kept.stat().st_mtime_ns == made
    measured = best.measure(Setting(2, 3), 2, np.random.default_rng(0))
    for found in (alone, both[0]):
        for one, other in zip(found, measured, strict=True):
            np.testing.assert_allclose(one, other)
    assert type(both[1]).__name__ == "Coverage"
