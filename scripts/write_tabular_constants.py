"""Writer of the reference values of each tabular benchmark, from its whole table.

    python -m scripts.write_tabular_constants

Needs the extra ``tasks``.  The optimum is the best mean over the seeds of any configuration, the baseline the
expected best of random ones; see ``benchmarks.suite.constants``.
"""

from __future__ import annotations

import numpy as np

from benchmarks.suite.constants import BASELINE_TRIALS, expected_best
from benchmarks.trainables import hpobench, hpolib, nasbench201
from benchmarks.trainables._tabular import CONSTANTS, benchmark

KINDS = {"HPOBench": hpobench, "HPOLib": hpolib, "NASBench201": nasbench201}


def text() -> str:
    """Return the file's content."""
    lines = ["# Written by: python -m scripts.write_tabular_constants"]
    for kind, module in KINDS.items():
        metric = "val_loss" if kind == "HPOLib" else "val_acc"
        for data in module.DATASETS:
            # The package has no way to ask for all of a table.
            table = benchmark(kind, data)._dataset
            means = np.array([np.mean(entry[metric]) for entry in table.values()])
            maximised = metric == "val_acc"
            best = means.max() if maximised else means.min()
            lines += [
                f"\n[{kind.lower()}-{data.replace('_', '-')}]",
                f"optimum = {best:.6g}",
                f"baseline = {expected_best(means, maximised):.6g}",
                f"trials = {BASELINE_TRIALS}",
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CONSTANTS.write_text(text())
