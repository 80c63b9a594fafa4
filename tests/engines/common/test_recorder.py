"""The recorder of what Tune reports: rows, times, decisions; and which row is the incumbent."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ray import cloudpickle
from ray.tune.experiment import Trial

from benchmarks.engines.common.ledger import Ledger
from benchmarks.engines.common.recorder import Recorder
from benchmarks.engines.common.rows import incumbent
from results.store.schema import NO_METRICS


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


class Scheduler:
    """Decides as it was told; a real one would need a running controller."""

    def __init__(self, *decisions: str) -> None:
        self.left = list(decisions)

    def on_trial_result(self, controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        return self.left.pop(0)


def trial(name: str = "t1", status: str = Trial.PENDING, **config: Any) -> Trial:
    made = Trial("made-up", config=config or {"lr": 0.1}, trial_id=name, stub=True)
    made.status = status
    return made


def result(epoch: int = 1, **metrics: Any) -> dict[str, Any]:
    """Return a result as Tune completes it."""
    return {
        "training_iteration": epoch,
        "time_this_iter_s": 0.25,
        "time_total_s": 0.25 * epoch,
        "trial_id": "t1",
        "pid": 1,
        "done": False,
        "config": {"lr": 0.1},
    } | metrics


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def recorder(clock: Clock) -> Recorder:
    return Recorder(clock)


def tell(recorder: Recorder, told: Trial, *results: dict[str, Any]) -> None:
    for number, one in enumerate(results):
        recorder.on_trial_result(number, [told], told, one)


def test_each_result_is_a_row_of_metrics_and_facts(clock: Clock, recorder: Recorder) -> None:
    clock.now = 52.5
    tell(recorder, trial(), result(1, accuracy=0.5, loss=1))
    [row] = recorder.rows
    assert row == {
        "trial_id": "t1",
        "seq": 0,
        "epoch": 1,
        "clock": 2.5,
        "cost": 0.25,
        "decision": "END",
        "config": '{"lr":0.1}',
        "accuracy": 0.5,
        "loss": 1.0,
    }
    assert isinstance(row["loss"], float)  # one column, one type


def test_fields_that_tune_adds_and_what_is_no_number_are_no_metrics(recorder: Recorder) -> None:
    added = dict.fromkeys(NO_METRICS, 1) | {"config": {"lr": 0.1}}
    tell(recorder, trial(), added | {"accuracy": 0.5, "note": "text", "matrix": [1, 2]})
    [row] = recorder.rows
    assert set(row) == {"trial_id", "seq", "epoch", "clock", "cost", "decision", "config", "accuracy"}


@pytest.mark.parametrize("value", [np.float32(0.5), np.float16(0.5), np.int64(1)])
def test_metric_may_be_any_number_of_numpys(recorder: Recorder, value: Any) -> None:
    tell(recorder, trial(), result(accuracy=value))
    assert recorder.rows[0].get("accuracy") == float(value)


def test_results_are_numbered_over_all_trials_as_they_arrive(recorder: Recorder) -> None:
    for name in ("a", "b", "a"):
        tell(recorder, trial(name), result(accuracy=0.5))
    assert [(row["trial_id"], row["seq"]) for row in recorder.rows] == [("a", 0), ("b", 1), ("a", 2)]


def test_change_of_type_alone_is_a_change_of_the_configuration(recorder: Recorder) -> None:
    for value in (1, 1, True, 1.0):
        tell(recorder, trial(), result(accuracy=0.5, config={"flag": value}))
    texts = [row["config"] for row in recorder.rows]
    assert texts == ['{"flag":1}', '{"flag":1}', '{"flag":true}', '{"flag":1.0}']


def test_row_keeps_the_configuration_that_trained_the_epoch(recorder: Recorder) -> None:
    # A population changes the trial's configuration before its last result is told.
    mutated = trial(lr=0.2, momentum=0.5)
    tell(recorder, mutated, result(accuracy=0.5, config={"lr": np.float64(0.1), "momentum": 0.5}))
    assert json.loads(recorder.rows[0]["config"]) == {"lr": 0.1, "momentum": 0.5}
    without = result(accuracy=0.5)
    del without["config"]
    tell(recorder, mutated, without)
    assert json.loads(recorder.rows[1]["config"]) == {"lr": 0.2, "momentum": 0.5}


def test_decision_stands_beside_the_result_that_it_followed(recorder: Recorder) -> None:
    scheduler = Scheduler("CONTINUE", "PAUSE", "STOP")
    recorder.note_decisions(scheduler)
    told = trial()
    for epoch in (1, 2, 3):
        # Tune asks the scheduler first and tells its callbacks afterwards.
        assert scheduler.on_trial_result(None, told, result(epoch)) in {"CONTINUE", "PAUSE", "STOP"}
        tell(recorder, told, result(epoch, accuracy=0.5))
    tell(recorder, told, result(4, accuracy=0.5))  # the last epoch: Tune does not ask
    assert [row["decision"] for row in recorder.rows] == ["CONTINUE", "PAUSE", "STOP", "END"]


def test_decision_about_one_trial_is_not_taken_for_another(recorder: Recorder) -> None:
    scheduler = Scheduler("STOP", "CONTINUE")
    recorder.note_decisions(scheduler)
    one, other = trial("one"), trial("other")
    scheduler.on_trial_result(None, one, result())
    scheduler.on_trial_result(None, other, result())
    tell(recorder, other, result(accuracy=0.5))
    tell(recorder, one, result(accuracy=0.5))
    assert [row["decision"] for row in recorder.rows] == ["CONTINUE", "STOP"]


def test_times_are_counted_from_when_the_recorder_was_made(clock: Clock, recorder: Recorder) -> None:
    told = trial()
    clock.now = 51.0
    recorder.on_trial_start(0, [told], told)
    clock.now = 53.0
    tell(recorder, told, result(accuracy=0.5))
    assert recorder.ended == {"t1": 3.0}
    clock.now = 54.0
    recorder.on_trial_start(1, [told], told)  # resumed after a pause: it started before
    clock.now = 57.0
    recorder.on_trial_complete(2, [told], told)
    clock.now = 60.0
    recorder.on_experiment_end([told])
    assert (recorder.started, recorder.ended, recorder.wall) == ({"t1": 1.0}, {"t1": 7.0}, 10.0)


def test_trial_that_failed_before_its_first_result_has_an_end(clock: Clock, recorder: Recorder) -> None:
    told = trial()
    clock.now = 55.0
    recorder.on_trial_error(0, [told], told)
    assert recorder.ended == {"t1": 5.0}


@given(
    st.sampled_from(["max", "min"]),
    st.lists(st.none() | st.floats(width=32), max_size=8),
)
def test_incumbent_is_the_first_best_finite_result(mode: str, values: list[float | None]) -> None:
    recorder = Recorder(Clock())
    for epoch, value in enumerate(values, 1):
        tell(recorder, trial(), result(epoch) if value is None else result(epoch, accuracy=value))
    finite = [value for value in values if value is not None and math.isfinite(value)]
    assert len(recorder.rows) == len(values)
    best = incumbent(recorder.rows, "accuracy", mode)
    if not finite:
        assert best is None
        return
    assert best is not None
    extreme = max(finite) if mode == "max" else min(finite)
    assert best["accuracy"] == extreme
    assert best["epoch"] == 1 + next(i for i, value in enumerate(values) if value == extreme)


def test_watched_scheduler_pickles_as_the_plain_one(recorder: Recorder) -> None:
    # Tune pickles its scheduler with every snapshot; the recorder and the ledger must stay behind.
    scheduler = Scheduler("STOP")
    recorder.note_decisions(scheduler)
    Ledger().meter(scheduler, ["on_trial_result"], "decide")
    copy = cloudpickle.loads(cloudpickle.dumps(scheduler))
    assert copy.on_trial_result(None, trial(), result()) == "STOP"
    assert type(copy.on_trial_result) is type(Scheduler().on_trial_result)
    assert scheduler.left == ["STOP"]  # the copy decided for itself
    tell(recorder, trial(), result(accuracy=0.5))
    assert recorder.rows[0]["decision"] == "END"  # and nobody was told here


def test_stalls_reason_says_who_waits(recorder: Recorder) -> None:
    assert recorder.trial_states() == "0 results; trials: none given"
    waiting = [trial("a", Trial.PAUSED), trial("b", Trial.RUNNING), trial("c", Trial.PAUSED)]
    recorder.on_step_begin(0, waiting)
    tell(recorder, waiting[1], result(accuracy=0.5))
    assert recorder.trial_states() == "1 results; trials: 2 paused, 1 running"


@pytest.mark.parametrize(("epochs", "expected"), [(2, "completed"), (9, "ended")])
def test_a_trial_that_says_it_is_done_has_ended_unless_it_was_complete(
    recorder: Recorder, epochs: int, expected: str
) -> None:
    told = trial(status=Trial.TERMINATED)
    recorder.on_trial_start(0, [told], told)
    tell(recorder, told, result(1, accuracy=0.5), result(2, accuracy=0.5, done=True))
    assert recorder.ending(told, epochs) == expected


@pytest.mark.parametrize(
    ("decision", "done", "expected"),
    [
        *(("STOP", True, "stopped"), ("PAUSE", False, "stopped"), ("PAUSE", True, "ended")),
        *(("CONTINUE", True, "ended"), ("CONTINUE", False, "stopped"), ("END", True, "ended")),
    ],
)
def test_who_ended_a_trial_is_told_by_the_last_decision_and_result(
    recorder: Recorder, decision: str, done: bool, expected: str
) -> None:
    told = trial(status=Trial.TERMINATED)
    recorder.on_trial_start(0, [told], told)
    last = result(1, accuracy=0.5, done=done)
    if decision != "END":
        scheduler = Scheduler(decision)
        recorder.note_decisions(scheduler)
        scheduler.on_trial_result(None, told, last)
    tell(recorder, told, last)
    told.update_last_result(last)
    recorder.on_trial_complete(1, [told], told)
    assert recorder.ending(told, 5) == expected


def test_trials_that_never_started_wait_and_those_that_nobody_ended_are_cut(recorder: Recorder) -> None:
    waits, runs, fails = trial("w"), trial("r", Trial.TERMINATED), trial("f", Trial.ERROR)
    recorder.on_trial_start(0, [], runs)
    assert [recorder.ending(one, 5) for one in (waits, runs, fails)] == ["waiting", "cut", "failed"]
    recorder.on_trial_complete(0, [], runs)  # a function that returned without a report
    assert recorder.ending(runs, 5) == "ended"


def test_a_metric_keeps_its_last_value_for_readers_and_its_column_is_null(clock: Clock) -> None:
    recorder = Recorder(clock, "cost")
    told = [trial("a"), trial("b")]
    results = [result(1, loss=1.0), result(2, cost=5.0), result(3, cost=None), result(4, cost="x")]
    for one in results:
        tell(recorder, told[0], one)
    tell(recorder, told[1], result(1, cost="x"))
    assert [row.get("metric/cost") for row in recorder.rows] == [None, 5.0, None, None, None]
    assert {row["cost"] for row in recorder.rows} == {0.25}
    assert [one.get("cost") for one in results] == [None, 5.0, 5.0, 5.0]
    assert "expected a number" in recorder.metric.why_none()


class Hears(Scheduler):
    """Writes down what it is asked and told."""

    def __init__(self, *decisions: str) -> None:
        super().__init__(*decisions)
        self.heard: list[tuple[str, Any]] = []

    def on_trial_result(self, controller: Any, trial: Trial, result: dict[str, Any]) -> str:
        self.heard.append(("result", result.get("score")))
        return super().on_trial_result(controller, trial, result)

    def on_trial_complete(self, controller: Any, trial: Trial, result: dict[str, Any]) -> None:
        self.heard.append(("complete", result.get("score")))

    def on_trial_remove(self, controller: Any, trial: Trial) -> None:
        self.heard.append(("remove", None))


class Learns:
    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def on_trial_result(self, trial_id: str, result: dict[str, Any]) -> None:
        self.heard.append((trial_id, result["score"]))

    def on_trial_complete(
        self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
    ) -> None:
        self.heard.append((trial_id, result and result["score"], error))


def test_scheduler_and_searcher_have_results_with_the_metric_only(clock: Clock) -> None:
    recorder, scheduler, search = Recorder(clock, "score"), Hears("PAUSE", "CONTINUE"), Learns()
    recorder.stand_before(scheduler, search)
    one, never = trial("one"), trial("never")
    for flat in (result(1, loss=1.0), result(2, score=np.array(0.5)), result(3, loss=1.0)):
        scheduler.on_trial_result(None, one, flat)
        search.on_trial_result("one", flat)  # Tune hands both the same
    scheduler.on_trial_complete(None, one, result(4))
    search.on_trial_complete("one", result=result(4))
    scheduler.on_trial_complete(None, never, result(4, score="abc"))
    search.on_trial_complete("never", result=result(4, score="abc"))
    search.on_trial_complete("failed", error=True)
    assert scheduler.heard == [("result", 0.5), ("result", 0.5), ("complete", 0.5), ("remove", None)]
    assert search.heard == [
        *(("one", 0.5), ("one", 0.5), ("one", 0.5, False), ("never", None, True)),
        ("failed", None, True),
    ]
