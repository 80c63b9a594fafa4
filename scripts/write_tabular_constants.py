"""Writer of the reference values of each tabular benchmark, from its whole table.

    python -m scripts.write_tabular_constants

Needs the extra ``tasks``.  The optimum is the best mean over the seeds of any configuration, the baseline the
expected best of random ones; see ``benchmarks.suite.constants``.
"""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from benchmarks.suite.constants import BASELINE_TRIALS, expected_best
from benchmarks.trainables import hpobench, hpolib, nasbench201, nasbenchgraph
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
            lines += constants(f"{kind.lower()}-{data.replace('_', '-')}", means, maximised)
    for data in nasbenchgraph.DATASETS:
        # Not the table's networks: some are those of more configurations than others.
        ways = itertools.product(nasbenchgraph.LINKS, *[nasbenchgraph.operations(data)] * 4)
        configs = (dict(zip(("link", *nasbenchgraph.NODES), way, strict=True)) for way in ways)
        known = (nasbenchgraph.values_of(data, config) for config in configs)
        values = np.array([each[nasbenchgraph.VALIDATED] for each in known])
        lines += constants(f"nasbenchgraph-{data}", values, maximised=True)
    return "\n".join(lines) + "\n"


def constants(name: str, means: npt.NDArray[np.float64], maximised: bool) -> list[str]:
    """Return the lines of a task, from the values of all of its configurations."""
    best = means.max() if maximised else means.min()
    return [
        f"\n[{name}]",
        f"optimum = {best:.6g}",
        f"baseline = {expected_best(means, maximised):.6g}",
        f"trials = {BASELINE_TRIALS}",
    ]


if __name__ == "__main__":
    CONSTANTS.write_text(text())
