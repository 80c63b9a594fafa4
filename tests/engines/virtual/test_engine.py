"""Experiments on the virtual clock: who trains when, what is decided, and what becomes of failures."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

import pytest
import ray
from helpers import proofs

from benchmarks.engines.common.outcome import Outcome, Stalled
from benchmarks.suite.registry import SCHEDULERS, SEARCHERS, TRAINABLES, Effect
from benchmarks.suite.rules import why_incompatible, why_unavailable
from benchmarks.testing import behaviour
from benchmarks.trainables.branin import MINIMUM, branin

Run = Callable[..., Outcome]

CELLS = [
    (searcher, scheduler)
    for searcher in SEARCHERS.select(["*"])
    for scheduler in SCHEDULERS.select(["*"])
    if not why_incompatible(SEARCHERS[searcher], SCHEDULERS[scheduler], TRAINABLES["probe"])
    and not why_unavailable(SEARCHERS[searcher], SCHEDULERS[scheduler])
]


def trace(outcome: Outcome) -> list[tuple[Any, ...]]:
    columns = ("trial_id", "epoch", "clock", "cost", "decision", "config", "score")
    return [tuple(row[name] for name in columns) for row in outcome.results]


def states(outcome: Outcome) -> list[tuple[Any, ...]]:
    columns = ("trial_id", "number", "config", "status", "decision", "reason", "started", "ended")
    return [tuple(row[name] for name in columns) for row in outcome.trials]


pytestmark = pytest.mark.proof

SLOW = proofs.asked()

FEW = {"pb2": 6}  # its Gaussian process thinks for seconds, the longer the more trials there are

#: Where things happen in other orders than in the ideal world.
WORLDS: dict[str, dict[str, Any]] = {
    "latencies": {"latency": "measured", "speeds": "1,0.5"},
    "faults": {"trainable": "probe-failing"},
    "losses": {"drop_outs": 0.05, "preemptions": 0.01, "max_failures": 2, "stragglers": 0.5},
    "budget": {"time_budget": 25.0},
    "informed": {"searcher": "optuna-tpe", "max_failures": 1, "drop_outs": 0.05},
}


@pytest.mark.parametrize("scheduler", ["asha", "fifo", "hyperband", "asha-promote"][:: 1 if SLOW else 2])
def test_large_experiments_go_as_with_tunes_own_steps(virtual: Run, scheduler: str) -> None:
    asked: dict[str, Any] = {"trials": 300, "epochs": 27, "workers": 50, "max_failures": 1, "drop_outs": 0.01}
    fast, plain = (virtual("probe", "random", scheduler, plain=plain, **asked) for plain in (False, True))
    assert trace(fast) == trace(plain)
    assert states(fast) == states(plain)


def test_no_ray_is_started(virtual: Run) -> None:
    if ray.is_initialized():
        pytest.skip("a test before this one has started Ray in this process")
    assert virtual("probe", "random", "asha").status == "ok"
    assert not ray.is_initialized()


@pytest.mark.parametrize(("searcher", "scheduler"), CELLS)
def test_every_combination_runs_to_its_end(virtual: Run, searcher: str, scheduler: str) -> None:
    slow = SEARCHERS[searcher].seconds_of_300 > 60 or scheduler in FEW
    asked: dict[str, Any] = {"trials": 6 if slow else 10, "epochs": 4, "workers": 3}
    outcome = virtual("probe", searcher, scheduler, **asked)
    assert outcome.status == "ok", outcome.row["reason"]
    assert {trial["status"] for trial in outcome.trials} == {"ok"}
    assert behaviour.after_the_end(outcome.results) == []
    assert behaviour.ended_while_going_on(outcome) == []
    if not SLOW and searcher not in ("random", "optuna-tpe"):
        return
    plain = virtual("probe", searcher, scheduler, plain=True, **asked)
    assert trace(outcome) == trace(plain)
    assert states(outcome) == states(plain)


@pytest.mark.parametrize(
    ("world", "scheduler"),
    [
        (name, scheduler)
        for place, (name, world) in enumerate(WORLDS.items())
        for turn, (searcher, scheduler) in enumerate(CELLS)
        if searcher == world.get("searcher", "random")
        # Half of the pairs, so that each scheduler has some worlds; without the one that thinks for seconds.
        if SLOW or (turn % 2 == place % 2 and scheduler not in FEW)
    ],
)
def test_whole_experiments_go_as_with_tunes_own_steps(virtual: Run, scheduler: str, world: str) -> None:
    asked: dict[str, Any] = {"trainable": "probe", "searcher": "random", "epochs": 9, "workers": 4}
    asked |= {"trials": FEW.get(scheduler, 16)} | WORLDS[world]
    fast, plain = (virtual(scheduler=scheduler, plain=plain, **asked) for plain in (False, True))
    assert fast.status == plain.status
    assert trace(fast) == trace(plain)
    assert states(fast) == states(plain)


@pytest.mark.parametrize("scheduler", [name for searcher, name in CELLS if searcher == "random"])
def test_survivors_do_not_wait_for_trials_that_fail(virtual: Run, scheduler: str) -> None:
    outcome = virtual("probe-failing", "random", scheduler, trials=12, epochs=4, workers=3)
    if SCHEDULERS[scheduler].replays is None:
        assert outcome.status == "ok", outcome.row["reason"]
        assert 0 < outcome.row["trials_failed"] < 12
        assert {trial["reason"] for trial in outcome.trials} == {"", "ValueError: planted fault"}


def test_trials_share_the_workers_as_in_a_list_schedule(virtual: Run) -> None:
    outcome = virtual("probe", "random", "fifo", trials=11, epochs=4, workers=3)
    costs = Counter[str]()
    for row in outcome.results:
        costs[row["trial_id"]] += row["cost"]
    free, ends = [0.0] * 3, {}
    for trial in sorted(costs):  # each goes to the worker that is free first
        ends[trial] = free[free.index(min(free))] = min(free) + costs[trial]
    assert {trial["trial_id"]: trial["ended"] for trial in outcome.trials} == pytest.approx(ends)
    assert outcome.row["wall_s"] == pytest.approx(max(free))
    assert outcome.row["train_s"] == pytest.approx(sum(costs.values()))
    assert outcome.row["concurrency"] == pytest.approx(sum(costs.values()) / max(free))


def test_speeds_shorten_and_lengthen_the_epochs(virtual: Run) -> None:
    usual = virtual("probe", "random", "fifo", trials=4, epochs=2, workers=2)
    slow = virtual("probe", "random", "fifo", trials=4, epochs=2, workers=2, speeds="0.5")
    assert slow.row["wall_s"] == pytest.approx(2 * usual.row["wall_s"])


def test_freed_cpus_make_survivors_faster(virtual: Run) -> None:
    outcome = virtual("probe", "random", "resource-changing", trials=9, epochs=27, workers=3)
    assert behaviour.effects(outcome) >= {Effect.RESIZE}
    by_cpus = {row["cpus"]: row["cost"] for row in outcome.results if row["trial_id"] == "t0000"}
    assert all(cost == pytest.approx(by_cpus[1.0] / cpus) for cpus, cost in by_cpus.items())


def test_stragglers_take_longer_and_learn_the_same(virtual: Run) -> None:
    usual = virtual("probe", "random", "fifo", trials=6, epochs=3)
    late = virtual("probe", "random", "fifo", trials=6, epochs=3, stragglers=1.0)
    assert late.row["train_s"] > 1.3 * usual.row["train_s"]
    curves = [sorted((r["trial_id"], r["epoch"], r["score"]) for r in o.results) for o in (usual, late)]
    assert curves[0] == curves[1]


def test_an_epoch_that_is_lost_is_trained_again_from_the_last_checkpoint_if_allowed(virtual: Run) -> None:
    world: dict[str, Any] = {"trials": 12, "epochs": 6, "workers": 3, "drop_outs": 0.2}
    lost = virtual("probe", "random", "fifo", **world)
    failed = [trial for trial in lost.trials if trial["status"] == "failed"]
    assert 0 < len(failed) < 12
    assert {trial["reason"] for trial in failed} == {"RayActorError: the worker dropped out"}
    again = virtual("probe", "random", "fifo", max_failures=-1, **world)
    assert again.row["trials_failed"] == 0
    assert [trial["number"] for trial in again.trials] == list(range(12))
    assert [trial["config"] for trial in again.trials] == [trial["config"] for trial in lost.trials]
    for trial in again.trials:
        own = [row["epoch"] for row in again.results if row["trial_id"] == trial["trial_id"]]
        assert own == list(range(1, 7))  # nothing is trained twice: every epoch left a checkpoint
    assert again.row["wall_s"] > again.row["train_s"] / 3


def test_a_worker_that_is_taken_away_is_missed_for_a_while(virtual: Run) -> None:
    asked: dict[str, Any] = {"trials": 6, "epochs": 6, "workers": 1, "max_failures": -1}
    usual = virtual("probe", "random", "fifo", **asked)
    taken = virtual("probe", "random", "fifo", preemptions=0.1, **asked)
    assert taken.row["trials_failed"] == 0
    away = taken.row["wall_s"] - usual.row["wall_s"]
    assert away > 59 and away % 60 < 20  # so many times a minute, and the epochs that were lost


def test_latencies_delay_and_decide_nothing_where_time_does_not_matter(virtual: Run) -> None:
    asked: dict[str, Any] = {"trials": 9, "epochs": 3, "workers": 1}
    usual, late = (virtual("probe", "random", "asha", latency=name, **asked) for name in ("none", "measured"))
    assert late.row["wall_s"] > usual.row["wall_s"] + 1
    assert [row[:2] for row in trace(usual)] == [row[:2] for row in trace(late)]


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "hyperband", "pbt", "pbt-sync", "asha-promote"])
def test_checkpoints_that_nobody_reads_change_no_decision(virtual: Run, scheduler: str) -> None:
    asked: dict[str, Any] = {"trials": 12, "epochs": 9, "workers": 4}
    with_them = virtual("probe", "random", scheduler, max_failures=1, **asked)
    assert trace(with_them) == trace(virtual("probe", "random", scheduler, **asked))


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "hyperband", "pbt-sync"])
def test_a_time_budget_ends_the_experiment_on_the_virtual_clock(virtual: Run, scheduler: str) -> None:
    asked: dict[str, Any] = {"trials": 40, "epochs": 9, "workers": 2}
    whole, short = (virtual("probe", "random", scheduler, time_budget=b, **asked) for b in (0.0, 6.0))
    assert short.status == "ok"
    assert 6.0 <= short.row["wall_s"] < 7.5 < whole.row["wall_s"]  # an epoch more at most
    assert trace(short) == trace(whole)[: len(short.results)]


def test_thinking_passes_on_the_clock_if_it_is_charged(virtual: Run) -> None:
    asked: dict[str, Any] = {"trials": 12, "epochs": 2, "workers": 1}
    free = virtual("probe", "optuna-gp", "fifo", **asked)
    charged = virtual("probe", "optuna-gp", "fifo", charge_overhead="measured", **asked)
    thought = charged.row["suggest_s"] + charged.row["decide_s"]
    assert free.row["wall_s"] == pytest.approx(free.row["train_s"])
    assert charged.row["wall_s"] >= charged.row["train_s"] + 0.9 * thought
    assert charged.row["wall_s"] == pytest.approx(charged.row["train_s"] + thought, rel=0.05)


def test_a_stall_is_an_outcome_that_says_who_waits(virtual: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    build = SEARCHERS["sobol"].build

    @wraps(build)
    def falls_silent(setup: Any, **options: Any) -> Any:
        plan = build(setup, **options)
        suggest, given = plan.algorithm.suggest, []
        monkeypatch.setattr(
            plan.algorithm,
            "suggest",
            lambda trial_id: given.append(trial_id) or suggest(trial_id) if len(given) < 3 else None,
        )
        return plan

    monkeypatch.setitem(SEARCHERS._specs, "sobol", replace(SEARCHERS["sobol"], build=falls_silent))
    with pytest.raises(Stalled, match=r"the searcher offers no other; trials: \d terminated"):
        virtual("probe", "sobol", "fifo", trials=6, epochs=2)


def test_ten_thousand_workers(virtual: Run) -> None:
    outcome = virtual("probe", "random", "asha", trials=300, epochs=3, workers=10_000)
    assert outcome.row["wall_s"] == pytest.approx(
        max(trial["ended"] for trial in outcome.trials)
    )  # all begin at once
    assert {trial["started"] for trial in outcome.trials} == {0.0}


def test_branin_is_brought_near_its_minimum_by_a_model(virtual: Run) -> None:
    assert branin({"x": math.pi, "y": 2.275}) == pytest.approx(MINIMUM, abs=1e-6)
    assert branin({"x": -math.pi, "y": 12.275}) == pytest.approx(MINIMUM, abs=1e-6)
    assert branin({"x": 9.42478, "y": 2.475}) == pytest.approx(MINIMUM, abs=1e-5)
    found = [
        virtual("branin", name, "fifo", trials=40, epochs=20, workers=1).row["best"]
        for name in ("random", "bayesopt")
    ]
    assert found[1] < found[0]
