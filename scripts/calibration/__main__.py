"""Measurement of calibration; ``--write`` makes ``docs/calibration.md``.

``python -m scripts.calibration [--grids 200] [--processes 2] [--write]``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from scripts.calibration import page, planning
from scripts.calibration.best import Setting
from scripts.calibration.jobs import Job, run
from scripts.calibration.worlds import NOISES, WORTHS

PAGE = Path("docs/calibration.md")
#: Where measurements are kept, so that a run that was ended goes on.
KEPT = Path("runs/calibration")
SIZES = (
    *((2, 2), (2, 3), (2, 10), (2, 30), (3, 3), (3, 10), (5, 3), (5, 10)),
    *((20, 3), (20, 10), (20, 30), (100, 3), (100, 10), (300, 3), (300, 30)),
)
OTHERS = [
    *(Setting(*size, noise) for noise in list(NOISES)[1:] for size in ((5, 5), (20, 3), (20, 10))),
    *(Setting(*size, worth=worth) for worth in list(WORTHS)[1:] for size in ((5, 10), (20, 10))),
    *(Setting(*size, tasks=3) for size in ((5, 5), (20, 3), (20, 10))),
]
#: Of the tables of power and of intervals.
OTHER_NOISES = ("normal", "Student's t, 3 df", "lognormal losses", "8 % of runs fail")


def best_jobs(settings: Sequence[Setting], grids: int) -> list[Job]:
    """Return the measurements of P(best), each with its own number of grids."""
    return [Job("best", (one,), page.grids_of(one, grids), number) for number, one in enumerate(settings)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all and print the page, or write it."""
    p = argparse.ArgumentParser(description="How often what the answers say is true, by simulation.")
    p.add_argument("--grids", type=int, default=200, metavar="N", help="of each setting and spread (200)")
    p.add_argument("--processes", type=int, default=2, metavar="N", help="that measure at a time (2)")
    p.add_argument("--write", action="store_true", help=f"write {PAGE}")
    options = p.parse_args(arguments)
    grids, normal = options.grids, [Setting(*size) for size in SIZES]
    pilots = [(noise, pilot) for noise in OTHER_NOISES for pilot in planning.PILOTS]
    samples = [(noise, n, tasks) for noise in OTHER_NOISES for tasks in (1, 3) for n in (5, 10, 30)]
    jobs = [*best_jobs(normal, grids), *best_jobs(OTHERS, grids)]
    jobs += [Job("power", one, grids, one[1]) for one in pilots]
    jobs += [Job("coverage", one, 5 * grids, one[1]) for one in samples]
    results = iter(run(jobs, KEPT, options.processes))
    text = page.page(
        *([(one, next(results)) for one in settings] for settings in (normal, OTHERS)),
        [(*one, next(results)) for one in pilots],
        [(*one, next(results)) for one in samples],
        grids,
    )
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
