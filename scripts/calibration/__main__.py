"""Measurement of calibration; ``--write`` makes ``docs/calibration.md``.

``python -m scripts.calibration [--grids 200] [--write]``
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from scripts.calibration import best, intervals, page, planning
from scripts.calibration.best import BestCalibration, Setting
from scripts.calibration.worlds import NOISES, WORTHS

PAGE = Path("docs/calibration.md")
SIZES = (
    *((2, 2), (2, 3), (2, 10), (2, 30), (3, 3), (3, 10), (5, 3), (5, 10)),
    *((20, 3), (20, 10), (20, 30), (100, 3), (100, 10), (300, 3), (300, 30)),
)
OTHERS = [
    *(Setting(*size, noise) for noise in list(NOISES)[1:] for size in ((5, 5), (20, 3), (20, 10))),
    *(Setting(*size, worth=worth) for worth in list(WORTHS)[1:] for size in ((5, 10), (20, 10))),
    *(Setting(*size, tasks=3) for size in ((5, 5), (20, 3), (20, 10))),
]


def calibrations(settings: Sequence[Setting], grids: int) -> Iterator[tuple[Setting, BestCalibration]]:
    """Yield each setting with its calibration; large grids are fewer, as each holds many statements."""
    for number, setting in enumerate(settings):
        many = max(20, grids if setting.combinations <= 20 else grids // 4)
        found = best.measure(setting, many, np.random.default_rng(number))
        print(f"{tuple(setting)}: gap {found.gap:.3f}", file=sys.stderr, flush=True)
        yield setting, found


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all and print the page, or write it."""
    p = argparse.ArgumentParser(description="How often what the answers say is true, by simulation.")
    p.add_argument("--grids", type=int, default=200, metavar="N", help="of each setting and spread (200)")
    p.add_argument("--write", action="store_true", help=f"write {PAGE}")
    options = p.parse_args(arguments)
    normal = list(calibrations([Setting(*size) for size in SIZES], options.grids))
    others = list(calibrations(OTHERS, options.grids))
    powers = [
        (noise, pilot, planning.measure(noise, pilot, options.grids, np.random.default_rng(pilot)))
        for noise in ("normal", "Student's t, 3 df", "lognormal losses", "8 % of runs fail")
        for pilot in planning.PILOTS
    ]
    coverages = [
        (noise, n, tasks, intervals.measure(noise, n, tasks, 5 * options.grids, np.random.default_rng(n)))
        for noise in ("normal", "Student's t, 3 df", "lognormal losses", "8 % of runs fail")
        for tasks in (1, 3)
        for n in (5, 10, 30)
    ]
    text = page.page(normal, others, powers, coverages, options.grids)
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
