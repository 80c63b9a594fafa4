"""The headline: means on the log scale, Wilson's intervals, and nothing where no distribution is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from benchmarks.engines.common.outcome import Outcome
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.compare.comparison import Comparison
from results.compare.grouping import comparisons
from results.compare.headline import headline, in_words
from results.compare.row_sources import frame
from results.compare.run import Run
from results.store.rows import to_table

REPETITIONS = 4


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [
        virtually(Experiment(task, "random", scheduler, trials=6, epochs=3, repetition=repetition))
        for task in ("branin", "digits-mlp")
        for scheduler in ("fifo", "asha")
        for repetition in range(REPETITIONS)
    ]


def compared(outcomes: list[Outcome], **changed: Any) -> Comparison:
    tables = (
        [outcome.row | changed for outcome in outcomes],
        [row for outcome in outcomes for row in outcome.trials],
        [row for outcome in outcomes for row in outcome.results],
    )
    names = ("experiments", "trials", "results")
    [found] = comparisons(Run(*(frame(to_table(name, t)) for name, t in zip(names, tables, strict=True))))
    return found


def test_speed_ups_are_averaged_as_logarithms_within_each_task_and_then_over_tasks(
    outcomes: list[Outcome],
) -> None:
    comparison = compared(outcomes)
    rows = comparison.outcomes[comparison.outcomes["scheduler"] == "fifo"]
    logs = np.log(rows["speed_up"].astype(float))
    by_task = logs.groupby(rows["trainable"]).mean()
    found = comparison.headline.set_index("scheduler").loc["fifo"]
    assert found["speed_up"] == pytest.approx(np.exp(by_task.mean()))
    assert found["speed_up_low"] < found["speed_up"] < found["speed_up_high"]
    assert (found["failures"], found["runs"]) == (rows["failure"].sum(), 2 * REPETITIONS)
    limits = proportion_confint(found["failures"], found["runs"], method="wilson")
    assert (found["failure_low"], found["failure_high"]) == pytest.approx(limits)
    assert "validated" not in comparison.headline


def test_one_task_has_its_metric_beside_test_and_noise_free_value(outcomes: list[Outcome]) -> None:
    alone = compared(outcomes).tasks_alone["digits-mlp"]
    rows = alone.outcomes[alone.outcomes["scheduler"] == "asha"]
    found = alone.headline.set_index("scheduler").loc["asha"]
    logs = np.log(rows["speed_up"].astype(float))
    half = stats.t.ppf(0.975, REPETITIONS - 1) * logs.std(ddof=1) / np.sqrt(REPETITIONS)
    assert found["speed_up_high"] == pytest.approx(np.exp(logs.mean() + half))
    assert found["validated"] == pytest.approx(rows["best"].mean())
    assert found["test"] == pytest.approx(rows["test"].astype(float).mean())
    assert found["noise_free"] == pytest.approx(rows["noise_free"].astype(float).mean())
    assert found["optimism"] == pytest.approx(found["validated"] - found["test"])


def test_without_a_distribution_there_is_no_headline(outcomes: list[Outcome]) -> None:
    old = compared(outcomes, random_values=None, random_size=None, random_seconds=None)
    assert old.headline.empty and headline(old).empty


@pytest.mark.parametrize(
    ("speed", "low", "high", "bounds", "said"),
    [
        (5.2, 3.1, 8.0, 0, "5.2 times fewer epochs [3.1, 8] than random search with full training"),
        (50.0, 30.0, 80.0, 2, "at least 50 times fewer epochs [30, 80]"),
        (0.5, 0.4, 0.8, 0, "2 times more epochs [1.2, 2.5] than"),
        (1.01, 0.5, 2.0, 0, "as many epochs [0.5, 2] as random search"),
        (3.0, np.nan, np.nan, 0, "3 times fewer epochs than"),
    ],
)
def test_it_says_how_many_epochs_random_search_needs(
    speed: float, low: float, high: float, bounds: int, said: str
) -> None:
    row = {"searcher": "a", "scheduler": "b", "speed_up": speed, "speed_up_low": low, "speed_up_high": high}
    text = in_words(pd.Series(row | {"lower_bounds": bounds, "failures": 1, "runs": 9}))
    assert said in text and "1 of 9 runs" in text
    assert ("it may be no faster" in text) is bool(low <= 1 <= high)
