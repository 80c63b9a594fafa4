"""Reports and ends of real trials on Ray: the same words as on the virtual engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from benchmarks.engines.common.outcome import Outcome

Run = Callable[..., Outcome]


def counted(outcome: Outcome) -> Counter[str]:
    return Counter(trial["decision"] for trial in outcome.trials)


def test_a_function_that_returns_has_ended_by_itself(experiment: Run) -> None:
    outcome = experiment("function-early", "random", "fifo", trials=3, epochs=4)
    assert outcome.status == "ok", outcome.row["reason"]
    assert counted(outcome) == {"ended": 3}
    assert [row["trials_" + word] for row in [outcome.row] for word in ("run", "ended", "stopped")] == [
        3,
        3,
        0,
    ]
    assert {trial["epochs"] for trial in outcome.trials} == {2}


def test_what_a_function_returns_is_its_last_report(experiment: Run) -> None:
    outcome = experiment("function-returned", "optuna-tpe", "asha", trials=3, epochs=4)
    assert outcome.status == "ok" and counted(outcome)["ended"] + counted(outcome)["stopped"] == 3
    assert outcome.row["best"] == max(trial["config/x"] for trial in outcome.trials)


@pytest.mark.parametrize("scheduler", ["fifo", "median", "asha"])
def test_a_function_that_reports_nothing_is_told_what_to_do(experiment: Run, scheduler: str) -> None:
    outcome = experiment("function-silent", "optuna-tpe", scheduler, trials=3, epochs=4)
    assert (outcome.status, counted(outcome)) == ("failed", {"ended": 3})
    assert outcome.row["reason"] == (
        "no trial gave a finite score: function-silent ended without a report; "
        "call tune.report({'score': ...}) in each epoch"
    )


@pytest.mark.parametrize("pool", [True, False])
def test_tensors_nested_and_missing_reports_reach_scheduler_and_store(experiment: Run, pool: bool) -> None:
    pytest.importorskip("torch")
    outcome = experiment("function-odd", "optuna-tpe", "asha", pool=pool, trials=4, epochs=4)
    assert outcome.status == "ok", outcome.row["reason"]
    assert all(("eval/score" in row) == (row["epoch"] % 2 == 0) for row in outcome.results)
    xs = {trial["trial_id"]: trial["config/x"] for trial in outcome.trials}
    for row in outcome.results:
        assert row.get("eval/score", xs[row["trial_id"]] + row["epoch"]) == pytest.approx(
            xs[row["trial_id"]] + row["epoch"], rel=1e-6
        )
        assert (row["metric/cost"], row["metric/config"]) == (0.5, 9.0)
    assert outcome.row["best_epoch"] in (2, 4)


@pytest.mark.parametrize("scheduler", ["asha-promote", "hyperband", "pbt", "pbt-sync"])
def test_trials_that_end_by_themselves_keep_nobody_waiting(experiment: Run, scheduler: str) -> None:
    outcome = experiment("odd-ends-second-some", "random", scheduler, trials=6, epochs=6, workers=2)
    assert outcome.status == "ok", outcome.row["reason"]
    assert counted(outcome)["ended"] > 0 and set(counted(outcome)) <= {"ended", "completed", "stopped"}


def test_an_error_is_told_in_one_line(experiment: Run) -> None:
    outcome = experiment("odd-fails-second", "random", "fifo", trials=2, epochs=3)
    assert {trial["reason"] for trial in outcome.trials} == {"ValueError: planted over two lines"}
    assert (outcome.status, outcome.row["trials_failed"]) == ("ok", 2)


@pytest.mark.parametrize("pool", [True, False])
def test_a_test_that_fails_costs_nothing_that_was_trained(experiment: Run, pool: bool) -> None:
    outcome = experiment("untestable", "random", "fifo", pool=pool, trials=3, epochs=2)
    reason = "testing the incumbent failed: ValueError: no such file: test.npz"
    assert (outcome.status, outcome.row["reason"]) == ("failed", reason)
    assert outcome.row["best"] is not None and len(outcome.trials) == 3 and len(outcome.results) == 6


def test_a_time_budget_cuts_what_runs(experiment: Run) -> None:
    outcome = experiment("slow-curves", "random", "fifo", trials=500, epochs=20, workers=2, time_budget=3.0)
    assert outcome.status == "ok", outcome.row["reason"]
    row, decisions = outcome.row, counted(outcome)
    assert 1 <= decisions["cut"] <= 2 and decisions["waiting"] > 0
    assert row["trials_run"] == decisions["completed"] + decisions["cut"] < 500
