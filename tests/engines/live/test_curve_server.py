"""The curve server: what experiments share, what later runs find, and checkpoints that are missing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from helpers.live_server import TIMED, Live

from benchmarks.engines.common.outcome import Outcome

BUDGET = {"trials": 6, "epochs": 6, "workers": 2}
#: Schedulers whose curves need no trial's checkpoint but the trial's own.
SIMPLER = [pytest.param(name, marks=pytest.mark.slow) for name in ("fifo", "hyperband")]


def values(outcome: Outcome) -> list[tuple[Any, ...]]:
    assert outcome.status == "ok", outcome.row["reason"]
    return [(row["trial_id"], row["epoch"], row["config"], row["loss"]) for row in outcome.results]


def test_what_one_experiment_had_trained_another_one_does_not(live: Live) -> None:
    first = live.run(TIMED, "random", "fifo", **BUDGET)
    assert first.row["epochs_trained"] == 36
    for scheduler, workers in (("asha", 2), ("hyperband", 4), ("median", 1)):
        later = live.run(TIMED, "random", scheduler, **BUDGET | {"workers": workers})
        assert later.row["epochs_trained"] == 0
    assert live.server.trainings.counts.trained == 36
    assert live.server.trainings.counts.again == 0


@pytest.mark.parametrize("scheduler", ["pbt", "pbt-replay", *SIMPLER])
def test_later_run_trains_nothing_that_an_earlier_one_has(live: Live, scheduler: str) -> None:
    first = live.run(TIMED, "random", scheduler, **BUDGET)
    live.stop()
    live.start()
    later = live.run(TIMED, "random", scheduler, **BUDGET)
    assert later.row["epochs_trained"] == 0 and live.server.trainings.counts.trained == 0
    assert values(later) == values(first)


def test_larger_budget_later_trains_what_is_new_alone(live: Live) -> None:
    live.run(TIMED, "random", "fifo", **BUDGET)
    live.stop()
    live.start()
    longer = live.run(TIMED, "random", "fifo", **BUDGET | {"epochs": 8})
    more = live.run(TIMED, "random", "fifo", **BUDGET | {"trials": 8})
    assert (longer.row["epochs_trained"], more.row["epochs_trained"]) == (6 * 2, 2 * 6)
    assert live.server.trainings.counts.again == 0  # each went on from its last checkpoint


@pytest.mark.parametrize("scheduler", ["pbt", "pbt-replay", *SIMPLER])
@pytest.mark.parametrize("most_bytes", [pytest.param(1, marks=pytest.mark.slow), 200], ids=["none", "few"])
def test_rows_are_the_same_though_checkpoints_are_dropped(
    live: Live, scheduler: str, most_bytes: int
) -> None:
    with_all = live.run(TIMED, "random", scheduler, **BUDGET)
    live.stop()
    live.forget()
    live.start(most_bytes=most_bytes)
    with_few = live.run(TIMED, "random", scheduler, **BUDGET)
    assert values(with_few) == values(with_all)
    counts = live.server.trainings.counts
    assert counts.trained == with_all.row["epochs_trained"]
    assert most_bytes > 1 or counts.again > 0
    assert with_few.row["checkpoint"] and (live.folder / with_few.row["checkpoint"]).is_dir()


def test_failure_is_a_row_and_is_stored(live: Live) -> None:
    first = live.run("raises", "random", "fifo", **BUDGET)
    assert first.row["trials_failed"] > 0
    reasons = {trial["reason"] for trial in first.trials if trial["status"] == "failed"}
    assert reasons == {"ValueError: planted fault at epoch 2"}
    live.stop()
    live.start()
    assert live.run("raises", "random", "asha", **BUDGET).row["epochs_trained"] == 0


def test_retry_trains_a_failure_once_more_and_nothing_else(live: Live) -> None:
    failed = live.run("raises", "random", "fifo", **BUDGET).row["trials_failed"]
    live.stop()
    live.start(retry=True)
    rows = [live.run("raises", "random", name, **BUDGET).row for name in ("fifo", "asha", "fifo")]
    assert [row["epochs_trained"] for row in rows] == [failed, 0, 0]
    assert {row["trials_failed"] for row in rows} == {failed}


@pytest.mark.parametrize(
    ("name", "stall", "reason"),
    [
        ("killed", 60.0, "RuntimeError: its process died"),
        pytest.param("hangs", 15.0, "RuntimeError: no result for 15 s", marks=pytest.mark.slow),
    ],
)
def test_trainer_that_dies_or_hangs_is_a_failure_that_is_not_stored(
    live: Live, name: str, stall: float, reason: str
) -> None:
    live.stop()
    live.start(stall=stall)
    fields = BUDGET | {"trials": 1 if name == "hangs" else 8}
    first = live.run(name, "random", "fifo", **fields)
    failed = [trial for trial in first.trials if trial["status"] == "failed"]
    assert failed and all(trial["reason"].startswith(reason) for trial in failed)
    assert {trial["epochs"] for trial in failed} == {1}
    again = live.run(name, "random", "asha", **fields)
    assert again.row["epochs_trained"] == 0  # in this run the failure is known
    live.stop()
    live.start(stall=stall)
    later = live.run(name, "random", "fifo", **fields)
    assert later.row["trials_failed"] == len(failed)
    assert later.row["epochs_trained"] == len(failed)  # in a later one it is tried again


@pytest.mark.slow
def test_epochs_that_are_trained_once_more_have_time_for_each(live: Live) -> None:
    live.stop()
    live.start(stall=8.0)  # an epoch takes half a second, all of them ten
    asked = {"trials": 1, "epochs": 20, "workers": 1}
    first = live.run("slow-function", "random", "fifo", **asked | {"epochs": 19})
    live.stop()
    live.start(stall=8.0)
    longer = live.run("slow-function", "random", "fifo", **asked)
    assert [row["trials_failed"] for row in (first.row, longer.row)] == [0, 0]
    assert live.server.trainings.counts.again == 19


def test_two_runs_at_the_same_time_share_a_folder(live: Live, tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="live-", dir="/tmp") as short:
        other = Live(live.folder, Path(short, "curves"))
        one, two = (served.run(TIMED, "random", "pbt", **BUDGET) for served in (live, other))
        assert values(one) == values(two)
        more = other.run(TIMED, "optuna-tpe", "asha", **BUDGET)
        live.stop()
        other.stop()
    live.start()
    for scheduler, searcher, before in (("pbt", "random", one), ("asha", "optuna-tpe", more)):
        later = live.run(TIMED, searcher, scheduler, **BUDGET)
        assert later.row["epochs_trained"] == 0 and values(later) == values(before)


@pytest.mark.parametrize("scheduler", ["fifo", "pbt"])
def test_incumbents_model_is_that_of_its_own_epoch(live: Live, scheduler: str) -> None:
    outcome = live.run("collapses", "random", scheduler, trials=6, epochs=6, workers=6)
    best = outcome.row["best"]
    assert best > 50 and outcome.row["test"] == best
