"""Ends of trials, and results that they leave out: every scheduler goes on, and the store tells which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.clock import Clock
from results.store.schema import DECISIONS, metric_column
from tunegrid_reports import NAMES, SIDE, STRAYS, WAYS, marked

Run = Callable[..., Outcome]

SCHEDULERS = (
    *("fifo", "asha", "asha-promote", "sha", "one-epoch", "median", "hyperband", "hb-bohb"),
    *("pbt", "pbt-sync", "pb2", "pbt-replay", "resource-changing"),
)
NO_VALUE = {"fails-first", "silent", "silent-ends", "nan", "none", "text"}
ENDS = {"ends-first": "ended", "ends-second": "ended", "silent-ends": "ended"}


def searcher_of(scheduler: str) -> str:
    return "optuna-tpe" if scheduler == "hb-bohb" else "random"


def counted(outcome: Outcome) -> Counter[str]:
    return Counter(trial["decision"] for trial in outcome.trials)


@pytest.mark.filterwarnings("ignore")  # numpy and scikit-learn say what they think of NaN
@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize("way", [name for name in WAYS if name != "text"])
def test_whatever_some_trials_do_the_others_go_on(
    virtual: Run, way: str, scheduler: str, workers: int
) -> None:
    sizes = {"trials": 4 if scheduler == "pb2" else 9, "epochs": 4, "workers": workers}
    outcome = virtual(f"odd-{way}-some", searcher_of(scheduler), scheduler, **sizes)
    assert outcome.status == "ok", outcome.row["reason"]
    row, decisions = outcome.row, counted(outcome)
    assert set(decisions) <= set(DECISIONS)
    assert row["trials_run"] == len(outcome.trials) - decisions["waiting"]
    assert {word: row[f"trials_{word}"] for word in DECISIONS if word != "waiting"} == {
        word: decisions[word] for word in DECISIONS if word != "waiting"
    }
    assert not decisions["cut"] and not decisions["waiting"]
    if scheduler == "fifo":
        odd = sum(marked(trial["config/x"]) for trial in outcome.trials)
        assert 0 < odd < len(outcome.trials)
        word = "failed" if way.startswith("fails") else ENDS.get(way, "completed")
        assert decisions[word] == (odd if word != "completed" else len(outcome.trials))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("scheduler", [name for name in SCHEDULERS if name != "pb2"])
@pytest.mark.parametrize("way", list(WAYS))
def test_if_all_do_it_the_experiment_comes_to_its_end(virtual: Run, way: str, scheduler: str) -> None:
    outcome = virtual(f"odd-{way}", searcher_of(scheduler), scheduler, trials=6, epochs=4, workers=3)
    assert outcome.status == ("failed" if way in NO_VALUE else "ok"), outcome.row["reason"]
    reason = outcome.row["reason"]
    assert "\n" not in reason and "Traceback" not in reason
    expected = {
        "fails-first": "ValueError: Failure # 1 (occurred at noon) is a part of this message",
        "silent": "score was never reported; reported were: loss",
        "silent-ends": "score was never reported; reported were: loss",
        "nan": "every score was NaN or infinite",
        "none": "score was reported as NoneType None; expected a number",
        "text": "score was reported as str 'abc'; expected a number",
    }
    assert expected.get(way, "") in reason
    assert ("every" in reason) == (way == "nan")


def test_an_error_of_several_lines_is_one(virtual: Run) -> None:
    outcome = virtual("odd-fails-second", "random", "fifo", trials=2, epochs=3)
    assert {trial["reason"] for trial in outcome.trials} == {"ValueError: planted over two lines"}


@pytest.mark.parametrize("scheduler", ["asha", "hyperband", "pbt-sync", "median"])
def test_an_epoch_without_the_metric_is_null_and_counts_as_the_last_value(
    virtual: Run, scheduler: str
) -> None:
    outcome = virtual("odd-every-second", "random", scheduler, trials=6, epochs=4, workers=2)
    assert outcome.status == "ok", outcome.row["reason"]
    assert all(("score" in row) == (row["epoch"] % 2 == 0) for row in outcome.results)
    assert all(row["decision"] == "CONTINUE" for row in outcome.results if row["epoch"] == 1)
    assert outcome.row["best_epoch"] % 2 == 0
    assert outcome.row["best"] == max(row["score"] for row in outcome.results if "score" in row)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_metric_may_have_any_name(virtual: Run, name: str, plain: bool) -> None:
    sizes = {"trials": 4, "epochs": 3, "workers": 2}
    outcome = virtual(f"metric-{name.replace('/', '-')}", "random", "asha", plain=plain, **sizes)
    assert outcome.status == "ok", outcome.row["reason"]
    assert outcome.row["metric"] == name
    xs = {trial["trial_id"]: trial["config/x"] for trial in outcome.trials}
    for seq, row in enumerate(outcome.results):
        x = xs[row["trial_id"]]
        assert row[metric_column(name)] == pytest.approx(100.0 * x + row["epoch"])
        assert {row[metric_column(other)] for other in SIDE if other != name} == {7.0}
        assert (
            row["seq"] == seq and row["cost"] == pytest.approx(1.0 + x) and row["key"] == outcome.row["key"]
        )
    assert outcome.row["best"] == pytest.approx(max(row[metric_column(name)] for row in outcome.results))


def test_arrays_of_one_number_and_nested_reports_are_metrics(virtual: Run) -> None:
    array = virtual("metric-array", "optuna-tpe", "asha", trials=4, epochs=3)
    assert array.status == "ok" and all(type(row["score"]) is float for row in array.results)
    nested = virtual("metric-nested", "optuna-tpe", "asha", trials=4, epochs=3)
    assert nested.status == "ok" and nested.row["best"] == 3.0
    assert all(row["eval/score"] == row["epoch"] for row in nested.results)


def test_a_metric_that_is_missing_is_named_with_the_nearest_that_is_there(virtual: Run) -> None:
    outcome = virtual("metric-misspelt", "random", "fifo", trials=2, epochs=2)
    assert outcome.status == "failed"
    assert outcome.row["reason"] == (
        "no trial gave a finite score: score was never reported; reported were: eval/scores, loss; "
        "the nearest name is eval/scores"
    )


@pytest.mark.parametrize("searcher", ["random", "optuna-tpe", "grid"])
def test_a_time_budget_cuts_what_runs_and_leaves_what_waits(virtual: Run, searcher: str) -> None:
    sizes: dict[str, Any] = {"trials": 40, "epochs": 4, "workers": 3, "time_budget": 12.5}
    outcome = virtual("odd-every-second", searcher, "fifo", **sizes)
    assert outcome.status == "ok", outcome.row["reason"]
    decisions = counted(outcome)
    assert outcome.row["trials_run"] == decisions["completed"] + decisions["cut"] < 40
    assert decisions["cut"] == 3 and decisions["completed"] > 0
    assert max(row["clock"] for row in outcome.results) <= 12.5
    for trial in outcome.trials:
        if trial["decision"] == "cut":
            assert trial["ended"] == 12.5 and trial["status"] == "unfinished"
        if trial["decision"] == "waiting":
            assert trial["started"] is None and trial["epochs"] == 0


@pytest.mark.parametrize("scheduler", ["sha", "pbt-sync"])
def test_trials_that_rest_when_the_time_is_over_are_cut(virtual: Run, scheduler: str) -> None:
    sizes: dict[str, Any] = {"trials": 9, "epochs": 9, "workers": 2, "time_budget": 6.0}
    outcome = virtual("odd-ends-second-some", "random", scheduler, **sizes)
    decisions = counted(outcome)
    assert outcome.status == "ok" and decisions["cut"] > 2 and decisions["stopped"] == 0


def test_a_budget_that_ends_before_any_report_says_so(virtual: Run) -> None:
    outcome = virtual("odd-silent", "random", "fifo", trials=4, epochs=3, time_budget=0.5)
    assert (outcome.status, outcome.row["trials_run"], outcome.row["trials_cut"]) == ("failed", 2, 2)
    assert outcome.row["reason"].endswith("the time budget of 0.5 s ended before any trial reported")


def test_nobody_may_run_more_than_the_budget(virtual: Run) -> None:
    outcome = virtual("metric-score", "greedy", "fifo", trials=3, epochs=2)
    assert outcome.status == "failed"
    assert outcome.row["reason"] == "greedy x fifo began more trials than its budget of 3"
    assert outcome.row["trials_run"] == 4, "it went on after the first trial too many"


def test_a_replay_needs_one_finite_value_of_a_trial_not_the_last(virtual: Run) -> None:
    outcome = virtual("odd-nan-at-last", "random", "pbt-replay", trials=4, epochs=9)
    assert outcome.status == "ok", outcome.row["reason"]


@pytest.mark.parametrize("stray", sorted(STRAYS))
def test_nobody_may_leave_the_space(virtual: Run, stray: str) -> None:
    outcome = virtual("odd-ends-second", f"stray-{stray}", "fifo", trials=3, epochs=2)
    assert outcome.status == "failed"
    assert outcome.row["reason"].startswith(f"stray-{stray} x fifo left the space of odd-ends-second: ")
    assert len(outcome.row["reason"].splitlines()) == 1 and len(outcome.trials) == 3


def test_the_clock_stops_once_at_its_deadline() -> None:
    clock, seen = Clock(), list[float]()
    for when in (1.0, 5.0, 6.0):
        clock.plan(when, lambda: seen.append(clock.now))
    clock.deadline = 5.0
    assert clock.next() and clock.next() and seen == [1.0, 5.0]  # what happens at the deadline still does
    assert clock.next() and seen == [1.0, 5.0] and clock.now == 5.0
    assert clock.next() and seen == [1.0, 5.0, 6.0]
    assert not clock.next()
