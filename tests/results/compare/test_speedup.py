"""Speed-up, regret and failure from the stored distribution, at any budget, and none without it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.compare.budgets import WHOLE, at_budget, parse
from results.compare.row_sources import frame
from results.compare.run import Run
from results.compare.scores import score
from results.compare.speedup import beside_random, log_regret
from results.statistics.random_search import GEOMETRIC, at_ranks
from results.store.rows import to_table

SAMPLE = np.arange(1, 1001) / 1000  # a loss: the k-th best of 1,000 is k / 1000


def rows(**others: Any) -> pd.DataFrame:
    kept = at_ranks(SAMPLE, "min")
    row = {"mode": "min", "epochs": 9, "workers": 2, "optimum": 0.0, "random_values": kept}
    return pd.DataFrame([row | {"random_size": 1000, "random_seconds": 18.0} | others])


def test_a_share_of_one_in_ten_takes_ten_configurations_of_full_training() -> None:
    [found] = beside_random(rows(), np.array([0.1]), np.array([9.0]), np.array([3.0])).to_dict("records")
    assert found["share"] == pytest.approx(0.1, rel=1e-3)
    assert found["speed_up"] == pytest.approx(GEOMETRIC * 10 * 9 / 9, rel=1e-3)
    assert found["speed_up_clock"] == pytest.approx(GEOMETRIC * 10 * 18 / 2 / 3, rel=1e-3)
    assert not found["speed_up_at_least"] and not found["failure"]


def test_what_is_better_than_the_whole_sample_is_a_lower_bound() -> None:
    [found] = beside_random(rows(), np.array([1e-9]), np.array([9.0]), np.array([3.0])).to_dict("records")
    assert found["speed_up_at_least"] and found["speed_up"] == pytest.approx(GEOMETRIC * 1000)
    assert found["regret"] == 0


def test_a_run_fails_that_ends_no_better_than_the_median_and_then_its_regret_is_1() -> None:
    for value, failure in ((0.5, False), (0.501, True), (7.0, True)):
        [found] = beside_random(rows(), np.array([value]), np.array([9.0]), np.array([3.0])).to_dict(
            "records"
        )
        assert found["failure"] is failure
    assert found["regret"] == 1


def test_regret_is_even_on_a_log_scale_between_fixed_bounds() -> None:
    assert log_regret(np.array([1.0, 0.1, 0.01, 1e-3, 0.0, -1.0, 5.0])) == pytest.approx(
        [1, 2 / 3, 1 / 3, 0, 0, 0, 1]
    )
    assert np.isnan(log_regret(np.array([np.nan]))).all()


def test_without_a_distribution_all_three_are_unknown() -> None:
    old = rows().drop(columns=["random_values", "random_size", "random_seconds"])
    [found] = beside_random(old, np.array([0.1]), np.array([9.0]), np.array([3.0])).to_dict("records")
    assert np.isnan(found["speed_up"]) and np.isnan(found["regret"]) and pd.isna(found["failure"])


def test_no_score_is_beyond_its_bounds() -> None:
    assert score([-1e9, 0.5, 1e9], 0.5, 1.0).tolist() == [-100, 0, 120]


@pytest.mark.parametrize("text", ["9e", "20e", "4t", "30s", ""])
def test_at_any_budget_it_rests_on_the_incumbents_noise_free_value(text: str) -> None:
    outcome = virtually(Experiment("branin", "random", "asha", trials=8, epochs=9))
    frames = [
        frame(to_table(name, found))
        for name, found in (
            ("experiments", [outcome.row]),
            ("trials", outcome.trials),
            ("results", outcome.results),
        )
    ]
    budget = parse(text) if text else WHOLE
    [found] = at_budget(Run(*frames), budget).to_dict("records")
    results = frames[2]
    ended = {trial["trial_id"]: 0 for trial in outcome.trials}
    if budget.axis == "clock":
        seen = results[results["clock"] <= budget.amount]
    elif budget.axis == "epochs":
        seen = results.head(int(min(budget.amount, len(results))))
    else:
        last = {row["trial_id"]: row["seq"] for row in outcome.results}
        order = sorted(last.values())
        seen = results.head(order[min(len(ended), int(budget.amount)) - 1] + 1)
    best = seen.loc[seen["loss"].idxmin()]
    assert found["value"] == best["loss"]
    assert found["judged"] == found["noise_free"] == best["noise_free"] != best["loss"]
    whole = [found["random_values"], found["random_size"]]
    share = beside_random(
        pd.DataFrame([outcome.row]),
        np.array([best["noise_free"]]),
        np.array([float(len(seen))]),
        np.array([1.0]),
    )
    assert len(whole[0]) < whole[1]
    assert found["share"] == share["share"].iloc[0]
    assert found["speed_up"] == pytest.approx(share["speed_up"].iloc[0])
