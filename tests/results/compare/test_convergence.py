"""The area over the convergence curve, against the sum over all epochs one by one."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.compare.convergence import areas
from results.compare.grouping import comparisons
from results.compare.row_sources import frame
from results.compare.run import Run
from results.compare.speedup import log_regret, typical_value
from results.store.rows import to_table


@pytest.mark.parametrize("scheduler", ["fifo", "asha"])
def test_it_is_the_mean_over_the_budgets_epochs(scheduler: str) -> None:
    outcome = virtually(Experiment("hartmann6", "random", scheduler, trials=5, epochs=4))
    tables = {"experiments": [outcome.row], "trials": outcome.trials, "results": outcome.results}
    run = Run(*(frame(to_table(name, rows)) for name, rows in tables.items()))
    [comparison] = comparisons(run)
    row = outcome.row
    typical = typical_value(np.array(row["random_values"]), row["random_size"])
    regrets, best = [], np.inf
    for epoch in range(20):  # the budget's, whether or not they were spent
        if epoch < len(outcome.results) and outcome.results[epoch]["loss"] < best:
            best, known = outcome.results[epoch]["loss"], outcome.results[epoch]["noise_free"]
        regrets.append(log_regret(np.array((known - row["optimum"]) / (typical - row["optimum"]))))
    # The first result is there after an epoch, so that an area begins with a regret of 1.
    expected = 1 - np.mean([1.0, *regrets[:-1]])
    assert areas(comparison) == pytest.approx([expected])
