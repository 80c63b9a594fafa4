"""Trial hosts that outlive an experiment change only the time: ``Tuner.fit`` gives the same trials."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import ray

from benchmarks.engines.common.context import ExecutionContext
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.runner import Limits
from benchmarks.engines.ray.actor_runner import ActorRunner
from benchmarks.execution.loading import load_data
from benchmarks.suite.experiment import Experiment
from tunegrid_plugin import PREPARING_S

pytestmark = pytest.mark.slow

PATIENCE_S = 180.0  # a guard against a hang
OWN = {"key", "trial_id", "seq", "clock", "cost"}  # what may differ: names and times


def what_happened(outcome: Outcome) -> list[tuple[Any, ...]]:
    """Return each trial's configuration, status, epochs and whole curve, in the order of the trials."""
    assert outcome.status == "ok", outcome.row["reason"]
    trials = sorted(outcome.trials, key=lambda trial: trial["number"])
    return [
        (
            trial["config"],
            trial["status"],
            trial["decision"],
            trial["epochs"],
            [
                sorted((name, repr(value)) for name, value in row.items() if name not in OWN)
                for row in sorted(outcome.results, key=lambda row: row["seq"])
                if row["trial_id"] == trial["trial_id"]
            ],
        )
        for trial in trials
    ]


@pytest.mark.parametrize(
    ("trainable", "searcher", "scheduler"),
    [("digits-mlp", "random", "fifo"), ("free", "optuna-tpe", "asha")],
)
def test_the_pool_gives_the_trials_that_plain_tune_gives(
    experiment: Callable[..., Outcome], trainable: str, searcher: str, scheduler: str
) -> None:
    # With one worker the order of events is fixed, or does not matter, so nothing may differ at all.
    trials = 5
    pooled = experiment(trainable, searcher, scheduler, trials=trials, epochs=3, workers=1)
    plain = experiment(trainable, searcher, scheduler, trials=trials, epochs=3, workers=1, pool=False)
    assert what_happened(pooled) == what_happened(plain)
    assert len(pooled.trials) == trials
    assert pooled.row["best"] == plain.row["best"] and pooled.row.get("test") == plain.row.get("test")
    assert (pooled.row["trials_stopped"] > 0) == (scheduler != "fifo")  # else this would compare little


@pytest.mark.parametrize("scheduler", ["asha", "hyperband"])
def test_where_plain_tune_keeps_no_order_the_curves_are_the_same(
    experiment: Callable[..., Outcome], scheduler: str
) -> None:
    # Of trials that wait, ``Tuner.fit`` starts any.  Whom ASHA stops depends on who came first; and the last
    # to fill HyperBand's rung is stopped at once if it is among the bad ones, while the others were paused.
    pooled, plain = (
        experiment("free", "random", scheduler, trials=5, epochs=3, workers=1, pool=pool)
        for pool in (True, False)
    )
    assert [trial["config"] for trial in pooled.trials] == [trial["config"] for trial in plain.trials]
    first, second = (
        {(row["config"], row["epoch"]): row["score"] for row in outcome.results}
        for outcome in (pooled, plain)
    )
    common = first.keys() & second.keys()
    assert len({config for config, _ in common}) == 5
    assert all(first[which] == second[which] for which in common)


@pytest.mark.parametrize("pool", [True, False], ids=["pool", "plain"])
def test_a_survivor_really_gets_the_freed_cpus(experiment: Callable[..., Outcome], pool: bool) -> None:
    # The trainable itself reports what Tune has granted it; one of these two trials ends after three epochs.
    ran = experiment("cpus", "grid", "resource-changing", trials=2, epochs=27, workers=2, pool=pool)
    assert ran.status == "ok", ran.row["reason"]
    granted = {
        trial["trial_id"]: [row["cpus"] for row in ran.results if row["trial_id"] == trial["trial_id"]]
        for trial in ran.trials
    }
    assert [cpus[0] for cpus in granted.values()] == [1, 1]
    survivor = max(granted.values(), key=len)
    assert survivor == sorted(survivor)
    assert survivor[-1] == 2  # the experiment's workers, not the four CPUs of the cluster


def test_a_process_is_prepared_before_the_clock_starts(experiment: Callable[..., Outcome]) -> None:
    ran = experiment("prepared", "random", "fifo", trials=4, epochs=2, workers=2)
    assert [row["ready"] for row in ran.results] == [1.0] * 8
    assert ran.row["wall_s"] < PREPARING_S


def test_without_the_pool_the_ledger_still_adds_up(experiment: Callable[..., Outcome]) -> None:
    row = experiment("free", "random", "fifo", trials=2, epochs=2, workers=1, pool=False).row
    assert row["wait_s"] is None  # Tuner.fit does not tell its waiting from its own work
    assert row["suggest_s"] + row["decide_s"] + row["ray_s"] == pytest.approx(row["wall_s"], abs=1e-6)
    assert row["train_s"] + row["idle_s"] == pytest.approx(row["workers"] * row["wall_s"], abs=1e-6)


def test_plain_experiments_at_the_same_time_keep_to_their_own_repetitions(
    cluster: Path, experiment: Callable[..., Outcome], tmp_path: Path
) -> None:
    # Their trainables have one name, and each is bound to its experiment's repetition.
    size = {"trials": 3, "epochs": 2, "workers": 1}
    alone = [experiment("digits-mlp", "random", "fifo", repetition=n, **size) for n in range(2)]
    experiments = [Experiment("digits-mlp", "random", "fifo", repetition=n, **size) for n in range(2)]
    [(arrays, key)] = load_data(experiments, None).values()
    context = ExecutionContext(ray.put(arrays), key, str(tmp_path), str(tmp_path / "scratch"))
    runners = [ActorRunner(0, 0.0, Limits(PATIENCE_S, PATIENCE_S)) for _ in experiments]
    for runner, member in zip(runners, experiments, strict=True):
        assert runner.start(member, context) is None
    together = [runner.finish() for runner in runners]
    assert [what_happened(outcome) for outcome in together] == [what_happened(outcome) for outcome in alone]
    assert what_happened(together[0]) != what_happened(together[1])
