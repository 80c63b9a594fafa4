"""Writer of the reference values of LCDB's tasks, of trials of all sizes.

    python -m scripts.write_lcdb_constants

Needs the package lcdb.  The optimum is the best mean accuracy over the splits of any learner, the baseline
the expected best of random ones; see ``benchmarks.suite.constants``.
"""

from __future__ import annotations

from benchmarks.suite.constants import BASELINE_TRIALS, expected_best
from benchmarks.trainables.lcdb import CONSTANTS, DATASETS, curves_of


def text() -> str:
    """Return the file's content."""
    lines = ["# Written by: python -m scripts.write_lcdb_constants"]
    for data in DATASETS:
        means = curves_of(data).valid[:, -1].mean(1)
        lines += [
            f"\n[lcdb-{data}]",
            f"optimum = {means.max():.6g}",
            f"baseline = {expected_best(means, True):.6g}",
            f"trials = {BASELINE_TRIALS}",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CONSTANTS.write_text(text())
