"""The virtual engine from the command line: the same bytes every time, and whatever a cell does is a row."""

from __future__ import annotations

import hashlib
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import proofs
from helpers.commandline import CommandLine, Finished, wait_until

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.fidelity.forced import follow
from benchmarks.fidelity.runs import Laboratory, experiment_of, virtually
from benchmarks.suite.experiment import Experiment
from results.store.store import Store

pytestmark = [pytest.mark.slow, pytest.mark.proof]

VIRTUAL = ("--engine", "virtual", "--no-figures")
SMALL = ("--trials", "12", "--epochs", "9", "--workers", "4")
SLOW = proofs.asked()
SEARCHERS = "*" if SLOW else "random,grid,optuna-tpe,hyperopt,nevergrad-pso"


def traces(finished: Finished) -> dict[str, str]:
    """Return the hash of each experiment's trials and results, by key."""
    assert finished.code == 0, finished.err
    found = {}
    for key in finished.experiments["key"]:
        digest = hashlib.sha256()
        for table in (finished.tables.trials, finished.tables.results):
            rows = table[table["key"] == key].reset_index(drop=True)
            digest.update(rows.to_csv().encode())
        found[key] = digest.hexdigest()
    return found


@pytest.fixture(scope="module")
def runs(command_line: CommandLine) -> list[Finished]:
    """The same grid twice: with other hash seeds, and two or one experiments at a time."""
    asked = (*VIRTUAL, *SMALL, "--trainables", "branin", "--searchers", SEARCHERS)
    finished = []
    for number, jobs in enumerate(("2", "1")):
        line = command_line.arguments(*asked, "--jobs", jobs, name=f"virtual{number}")
        environment = command_line.environment | {"PYTHONHASHSEED": str(number)}
        ran = subprocess.run(
            line, env=environment, capture_output=True, text=True, timeout=400, check=False, cwd="/"
        )
        folder = command_line.out / f"virtual{number}"
        parts = ran.returncode, ran.stdout, ran.stderr, folder, command_line.home, command_line.temporary
        finished.append(Finished(*parts))
    return finished


def test_every_trace_is_the_same_whatever_the_hash_seed_and_the_jobs(runs: list[Finished]) -> None:
    one, other = map(traces, runs)
    assert len(one) > 40 and one == other
    assert len(set(one.values())) > 30


def test_rows_say_which_clock_they_are_on(runs: list[Finished]) -> None:
    ok = runs[0].experiments.query("status == 'ok'")
    assert set(ok["engine"]) == {"virtual"}
    assert (ok["wall_s"] > ok["real_s"]).mean() > 0.9  # hours of training pass in a blink
    assert (ok["concurrency"] <= 4 + 1e-9).all()
    assert runs[0].experiments["real_s"].notna().sum() == len(ok)


def test_nothing_is_left_behind_and_no_ray_was_there(runs: list[Finished], command_line: CommandLine) -> None:
    assert not list(command_line.temporary.glob("tg-*"))
    assert not (command_line.temporary / "ray").exists()


def test_whatever_a_cell_does_is_a_row_and_the_run_goes_on(command_line: CommandLine) -> None:
    names = "killed-curves,hanging-curves,curves-curves,free"
    ran = command_line.run(
        *(*VIRTUAL, *SMALL, "--trainables", names, "--searchers", "random", "--schedulers", "fifo,asha"),
        *("--stall", "15"),  # a busy machine takes seconds to begin
        name="virtual-faults",
    )
    assert ran.code == 0, ran.err
    reasons = {
        name: set(zip(rows["status"], rows["reason"], strict=True))
        for name, rows in ran.experiments.groupby("trainable")
    }
    assert reasons["curves-curves"] == {("ok", "")}
    assert reasons["killed-curves"] == {("failed", "the experiment's process died: it ended with code -9")}
    [(status, reason)] = reasons["hanging-curves"]
    assert status == "stalled" and reason.startswith("no new result for 15 s: 0 results")
    assert "1 running" in reason and "train (virtual/actor.py" in reason  # who is waited for, and where
    assert reasons["free"] == {
        ("incompatible", "free has no learning curves for the virtual engine; use engine live or tune")
    }


def test_a_killed_run_goes_on_where_it_was(command_line: CommandLine) -> None:
    asked = (
        *(*VIRTUAL, "--trainables", "slow-curves", "--searchers", "random", "--schedulers", "fifo"),
        *("--trials", "5", "--epochs", "5", "--repetitions", "4", "--jobs", "1"),
    )
    process = command_line.start(*asked, name="virtual-killed")
    store = Store(command_line.out / "virtual-killed")
    wait_until(lambda: len(store.batches()) > 0 or process.poll() is not None, "a batch", 120)
    assert command_line.virtual_processes()  # else their end would show nothing
    process.send_signal(signal.SIGKILL)
    command_line.finish(process, "virtual-killed")
    before = store.keys()
    assert 0 < len(before) < 4
    resumed = command_line.run("--resume", "--no-figures", name="virtual-killed")
    assert resumed.code == 0, resumed.err
    assert set(resumed.experiments["status"]) == {"ok"} and len(resumed.experiments) == 4
    wait_until(lambda: not command_line.virtual_processes(), "the killed run's processes end", 30)


def test_what_failed_is_run_again_when_it_is_asked_for(command_line: CommandLine) -> None:
    asked = (*VIRTUAL, *SMALL, "--trainables", "branin", "--searchers", "random", "--schedulers", "fifo,asha")
    whole = command_line.run(*asked, name="virtual-retried")
    store, rows = Store(whole.folder), whole.experiments.set_index("key")
    [bad] = rows.index[rows["scheduler"] == "asha"]
    store.withdraw([bad])
    died = rows.loc[[bad]].reset_index()[["key", "trainable", "searcher", "scheduler", "repetition"]]
    store.write([died.iloc[0].to_dict() | {"status": "failed", "reason": "killed"}], [], [])
    resumed = command_line.run("--resume", "--no-figures", name="virtual-retried")
    assert set(resumed.experiments["status"]) == {"ok", "failed"}  # a failure is a row
    retried = command_line.run("--resume", "--retry", "--no-figures", name="virtual-retried")
    assert set(retried.experiments["status"]) == {"ok"}
    assert traces(retried) == traces(whole)
    again = retried.experiments.set_index("key").loc[rows.index, "started_at"] != rows["started_at"]
    assert list(again.index[again]) == [bad]  # nothing else was


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "asha-promote", "sha", "median", "hyperband"])
@pytest.mark.parametrize("searcher", ["optuna-tpe", "sobol", "zoopt"] if SLOW else ["optuna-tpe"])
def test_with_one_worker_it_decides_as_real_ray_does(
    experiment: Callable[..., Outcome], searcher: str, scheduler: str
) -> None:
    real = experiment("probe", searcher, scheduler, trials=14, epochs=9, workers=1)
    same_as_real(real)


REST = ["pbt", "pbt-sync", "pbt-replay", "resource-changing", "one-epoch"] + ["pb2"] * SLOW


@pytest.mark.parametrize("scheduler", REST)
def test_populations_and_the_rest_decide_as_real_ray_does_too(
    experiment: Callable[..., Outcome], scheduler: str
) -> None:
    real = experiment("probe", "random", scheduler, trials=14, epochs=9, workers=1)
    same_as_real(real)


def same_as_real(real: Outcome) -> None:
    virtual = virtually(Experiment.from_row(real.row))
    columns = ("trial_id", "epoch", "decision", "config", "score")
    one, other = (
        [tuple(row[name] for name in columns) for row in outcome.results] for outcome in (real, virtual)
    )
    assert one == other


@pytest.mark.parametrize(
    ("searcher", "scheduler"),
    [("optuna-tpe", "asha"), ("hyperopt", "hyperband"), ("random", "pbt-sync"), ("random", "asha-promote")],
)
@pytest.mark.usefixtures("cluster")
def test_under_the_same_order_of_events_it_decides_as_real_ray_does(
    tmp_path: Path, searcher: str, scheduler: str
) -> None:
    lab = Laboratory(tmp_path, pace=0.01)
    run = lab.run(experiment_of(searcher, scheduler, trials=8, epochs=9))
    lab.close()
    assert run.outcome.status == "ok"
    agreement = follow(
        run.experiment, ExecutionContext({}, "", str(tmp_path), str(tmp_path)), run.outcome, run.scripts
    )
    assert agreement.complete, agreement
    assert agreement.configurations[0] == 8 and agreement.decisions[0] >= 8
