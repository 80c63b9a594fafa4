"""Faults of one cell: each becomes a row with its reason, and costs no other cell anything."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from helpers.commandline import CommandLine, Finished, wait_until

from benchmarks.engines.common.outcome import Outcome
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES
from benchmarks.suite.rules import why_incompatible, why_unavailable
from results.store.store import Store

pytestmark = pytest.mark.slow

PLANTED = "ValueError: planted fault at epoch 2"


@pytest.fixture(scope="module")
def faulty(command_line: CommandLine) -> Finished:
    """Trainables that misbehave, one after another on one runner, so that each runs on what the last left.

    Grid search gives x the values 1/6, 1/2 and 5/6 twice each, so it is known which trials misbehave.
    """
    return command_line.run(
        *("--trainables", "aborts,free,function,hangs,killed,raises,raises-always"),
        *("--searchers", "grid", "--schedulers", "fifo", "--trials", "6", "--epochs", "4"),
        *("--stall", "20", "--jobs", "1", "--no-figures"),
        name="faulty",
    )


def cell(run: Finished, trainable: str) -> pd.Series:
    return run.experiment(trainable=trainable)


def test_the_run_goes_on_to_its_end_whatever_a_cell_does(faulty: Finished) -> None:
    assert faulty.code == 0, faulty.err
    assert "7 of 7 experiments answered" in faulty.out
    assert len(faulty.experiments) == 7
    wrong = faulty.experiments[faulty.experiments["status"] != "ok"]
    assert len(wrong) == 3 and (wrong["reason"] != "").all()


def test_an_experiment_after_a_crash_or_a_hang_is_unharmed(faulty: Finished) -> None:
    # On that runner "free" follows "aborts", whose process died, and "raises" follows "hangs" and "killed".
    free = cell(faulty, "free")
    assert free["status"] == "ok" and free["trials_failed"] == 0 and free["epochs_spent"] == 24
    assert cell(faulty, "raises")["status"] == "ok"


def test_an_abort_of_the_experiments_process_is_a_failure_with_that_reason(faulty: Finished) -> None:
    row = cell(faulty, "aborts")
    assert row["status"] == "failed"
    assert row["reason"].startswith("the experiment's process died")


def test_a_hang_is_given_up_and_says_who_waits_for_whom(faulty: Finished) -> None:
    row = cell(faulty, "hangs")
    assert row["status"] == "stalled"
    assert row["reason"].startswith("no new result for 20 s: ")
    assert "2 running" in row["reason"] and "the driver is in " in row["reason"]


def test_a_trial_that_raises_fails_alone(faulty: Finished) -> None:
    row = cell(faulty, "raises")
    trials = faulty.trials_of(row)
    bad = trials["config/x"] > 0.5
    assert 0 < bad.sum() < len(trials)
    assert row["status"] == "ok" and row["trials_failed"] == bad.sum()
    assert (trials.loc[bad, "status"] == "failed").all() and (trials.loc[bad, "reason"] == PLANTED).all()
    assert (trials.loc[bad, "epochs"] == 1).all()
    assert (trials.loc[~bad, "decision"] == "completed").all() and (trials.loc[~bad, "reason"] == "").all()
    assert (trials.loc[~bad, "epochs"] == 4).all()


def test_an_experiment_whose_every_trial_raises_has_failed_and_says_why(faulty: Finished) -> None:
    row = cell(faulty, "raises-always")
    assert row["status"] == "failed"
    assert "ValueError: planted fault at epoch 1" in row["reason"]
    assert math.isnan(row["best"])
    trials = faulty.trials_of(row)
    assert len(trials) == 6 and set(trials["status"]) == {"failed"}
    assert set(trials["reason"]) == {"ValueError: planted fault at epoch 1"}


def test_a_trial_whose_process_is_killed_fails_alone(faulty: Finished) -> None:
    row = cell(faulty, "killed")
    trials = faulty.trials_of(row)
    dead = trials["config/x"] > 0.7
    assert 0 < dead.sum() < len(trials)
    assert row["status"] == "ok" and row["trials_failed"] == dead.sum()
    assert (trials.loc[dead, "status"] == "failed").all()
    assert trials.loc[dead, "reason"].str.contains("died").all()
    assert (trials.loc[~dead, "decision"] == "completed").all() and (trials.loc[~dead, "epochs"] == 4).all()


@pytest.fixture(scope="module")
def late(command_line: CommandLine) -> Finished:
    """An experiment that would need a minute of training, after which a quick one comes; with Tune's logs."""
    return command_line.run(
        *("--trainables", "slow,free", "--searchers", "random", "--schedulers", "fifo", "--jobs", "1"),
        *("--epochs", "45", "--timeout", "25", "--tensorboard", "--no-figures"),
        name="late",
    )


def test_an_experiment_that_takes_too_long_is_given_up(late: Finished) -> None:
    row = cell(late, "slow")
    assert row["status"] == "timeout"
    assert row["reason"].startswith("not finished after 25 s: ") and "results; trials: " in row["reason"]


def test_a_run_with_a_timeout_counts_what_worked(late: Finished) -> None:
    assert late.code == 0, late.err
    assert cell(late, "free")["status"] == "ok"


def test_tensorboard_logs_are_kept_if_asked_for(late: Finished) -> None:
    logs = [path for path in late.folder.rglob("events.out.tfevents*") if path.stat().st_size]
    key = cell(late, "free")["key"]
    assert sum(key in str(path) for path in logs) == 8  # one a trial
    assert not (late.home / "ray_results").exists()


@pytest.mark.parametrize("scheduler", ["pbt-sync", "pbt", "pb2", "hyperband", "asha", "median"])
def test_survivors_do_not_wait_for_a_trial_that_raised(
    experiment: Callable[..., Outcome], scheduler: str
) -> None:
    ran = experiment("raises", "grid", scheduler, trials=6, epochs=4)
    assert ran.status == "ok", ran.row["reason"]
    failed = [trial for trial in ran.trials if trial["status"] == "failed"]
    assert 0 < len(failed) < 6
    assert {trial["reason"] for trial in failed} == {PLANTED}
    assert {trial["status"] for trial in ran.trials} == {"ok", "failed"}  # nobody is left unfinished
    if scheduler.startswith("pb"):  # a population stops nobody
        assert {t["decision"] for t in ran.trials if t["status"] == "ok"} == {"completed"}


def test_a_population_in_step_survives_the_death_of_all(experiment: Callable[..., Outcome]) -> None:
    ran = experiment("raises-always", "grid", "pbt-sync", trials=6, epochs=4)
    assert ran.status == "failed" and "planted fault at epoch 1" in ran.row["reason"]
    assert [trial["status"] for trial in ran.trials] == ["failed"] * 6


@pytest.mark.parametrize("pool", [True, False], ids=["pool", "plain"])
def test_a_time_budget_ends_an_experiment(experiment: Callable[..., Outcome], pool: bool) -> None:
    budget = 2.5 if pool else 25.0  # plain Tune starts its processes in that time, on a slow machine too
    asked = {"trials": 4, "epochs": 120, "workers": 2, "time_budget": budget}
    ran = experiment("slow", "random", "fifo", pool=pool, **asked)  # 0.3 s an epoch: 72 s of training
    assert ran.status == "ok", ran.row["reason"]
    assert 0 < ran.row["epochs_spent"] < 4 * 120
    decisions = [trial["decision"] for trial in ran.trials]
    assert decisions.count("cut") == ran.row["trials_cut"] >= 1
    assert set(decisions) <= {"completed", "cut", "waiting"}


@pytest.mark.parametrize("scheduler", ["fifo", "hyperband", "pbt"])
@pytest.mark.parametrize("searcher", SEARCHERS)
def test_a_nan_ends_no_experiment_and_is_never_the_best(
    experiment: Callable[..., Outcome], searcher: str, scheduler: str
) -> None:
    if why_incompatible(SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES["nan"]):
        pytest.skip("the combination is incompatible by rule")
    if lacking := why_unavailable(SEARCHERS[searcher]):
        pytest.skip(lacking)
    ran = experiment("nan", searcher, scheduler, trials=9, epochs=4)
    trials = 9 * SEARCHERS[searcher].budget
    scores = [row["score"] for row in ran.results]
    finite = [score for score in scores if math.isfinite(score)]
    assert len(finite) < len(scores), "no trial reported NaN, so this shows nothing"
    assert ran.status == "ok", ran.row["reason"]
    assert ran.row["trials_run"] == trials and ran.row["trials_failed"] == 0
    assert ran.row["best"] == max(finite)
    if scheduler == "fifo":
        assert len(scores) == 4 * trials
    for trial in ran.trials:
        own = [r["score"] for r in ran.results if r["trial_id"] == trial["trial_id"]]
        assert trial["best"] == max(filter(math.isfinite, own), default=None)


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "median"])
def test_a_function_trainable_runs_where_no_checkpoint_is_needed(
    experiment: Callable[..., Outcome], scheduler: str
) -> None:
    ran = experiment("function", "random", scheduler, trials=6, epochs=4)
    assert ran.status == "ok", ran.row["reason"]
    assert ran.row["trials_failed"] == 0 and ran.row["checkpoint"] == ""
    assert max(row["epoch"] for row in ran.results) == 4
    for row in ran.results:
        x = json.loads(row["config"])["x"]
        assert row["score"] == pytest.approx(x * (1 - 0.5 ** row["epoch"]))
    if scheduler == "fifo":
        assert [trial["epochs"] for trial in ran.trials] == [4] * 6


@pytest.mark.parametrize("process", ["raylet", "gcs_server"])
def test_when_ray_dies_it_is_started_again_and_nothing_is_lost(
    command_line: CommandLine, process: str
) -> None:
    name = f"without-{process}"
    run = command_line.start(
        *("--trainables", "slow", "--searchers", "random", "--schedulers", "fifo", "--trials", "2"),
        *("--epochs", "4", "--repetitions", "6", "--jobs", "1", "--no-figures"),
        name=name,
    )
    store = Store(command_line.out / name)
    wait_until(lambda: bool(store.batches()) or run.poll() is not None, "a batch", 120)
    before = store.keys()
    command_line.kill(process)
    ran = command_line.finish(run, name)
    assert ran.code == 0, ran.err
    assert f"Ray has died ({process}); it is started again for the " in ran.out
    assert "6 of 6 experiments answered (6 ok)" in ran.out
    assert before <= set(ran.experiments["key"]) and list(ran.experiments["status"]) == ["ok"] * 6
    assert not list(command_line.temporary.glob("tg-*"))


def test_an_experiments_scratch_folder_is_gone_even_after_a_failure(
    experiment: Callable[..., Outcome], tmp_path: Path
) -> None:
    assert experiment("raises-always", "random", "fifo", trials=2, epochs=2).status == "failed"
    assert list((tmp_path / "scratch").iterdir()) == []
