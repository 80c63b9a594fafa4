"""Budgets in full trainings: when they end an experiment, and what a full training is."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.engines.common.full_training import sampled_epoch, stored_epoch
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.common.run_budget import RunBudget
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.tasks.feature_file import feature_file
from results.store.fields import UNBOUNDED_TRIALS


def run(task: str = "digits-mlp", scheduler: str = "fifo", workers: int = 3, **fields: float) -> Outcome:
    sizes = {"trials": UNBOUNDED_TRIALS, "epochs": 9} | fields
    return virtually(
        Experiment(task, "random", scheduler, workers=workers, engine="virtual", **sizes)  # type: ignore[arg-type]
    )


def costs(outcome: Outcome) -> np.ndarray:
    return np.array([row["cost"] for row in outcome.results])


@pytest.mark.parametrize("scheduler", ["fifo", "asha", "median"])
def test_it_ends_with_the_epoch_that_spends_the_budget_under_any_scheduler(scheduler: str) -> None:
    outcome = run(scheduler=scheduler, budget=7.0)
    assert outcome.status == "ok"
    allowed = 7 * outcome.row["training_s"]
    spent = costs(outcome)
    assert spent.sum() >= allowed > spent.sum() - spent[-1]
    assert outcome.row["train_s"] == pytest.approx(spent.sum())
    assert outcome.row["wall_s"] == pytest.approx(max(row["clock"] for row in outcome.results))
    running = [trial for trial in outcome.trials if trial["decision"] == "cut"]
    assert 0 < len(running) <= 3
    assert all(trial["ended"] == pytest.approx(outcome.row["wall_s"]) for trial in running)


def test_more_workers_spend_the_same_in_less_time() -> None:
    one, four = run(workers=1, budget=7.0), run(workers=4, budget=7.0)
    assert four.row["train_s"] == pytest.approx(one.row["train_s"], rel=0.05)
    assert four.row["wall_s"] < one.row["wall_s"] / 3


def test_the_tighter_of_two_budgets_decides() -> None:
    wall = run(budget=7.0).row["wall_s"]
    assert run(budget=7.0, time_budget=wall / 2).row["wall_s"] == pytest.approx(wall / 2)
    assert run(budget=7.0, time_budget=wall * 2).row["wall_s"] == pytest.approx(wall)
    assert run(budget=7.0, trials=3).row["trials_completed"] == 3


def test_without_a_budget_nothing_is_cut_and_a_full_training_is_stored_all_the_same() -> None:
    outcome = run(trials=4)
    assert outcome.row["trials_completed"] == 4
    features = feature_file().tasks["digits-mlp"]
    assert features.seconds is not None and features.epochs is not None
    assert outcome.row["training_s"] == pytest.approx(9 * features.seconds / features.epochs)


def test_a_task_that_says_nothing_of_its_cost_is_sampled_for_a_budget_and_else_measured_by_its_trials() -> (
    None
):
    assert stored_epoch("probe") is None
    each = sampled_epoch("probe", {})
    assert each is not None and 0.2 < each < 1
    assert run("probe", budget=3.0).row["training_s"] == pytest.approx(9 * each)
    plain = run("probe", trials=3)
    epochs = costs(plain).reshape(-1)
    assert min(epochs) <= plain.row["training_s"] / 9 <= max(epochs)


def test_a_sample_leaves_out_what_fails() -> None:
    each, whole = sampled_epoch("probe-failing", {}), sampled_epoch("probe", {})
    assert each is not None and whole is not None
    assert each == pytest.approx(whole, rel=0.5)


def test_a_budget_of_nothing_but_time_knows_when_it_was_spent() -> None:
    now = [10.0]
    budget = RunBudget(lambda: now[0], 5.0)
    assert not budget.stop_all()
    now[0] = 16.0
    assert budget.stop_all()
    assert budget.spent_after == 5.0
    trained = RunBudget(lambda: now[0], math.inf, lambda: now[0] > 20)
    now[0] = 21.5
    assert trained.stop_all()
    now[0] = 30.0
    assert trained.stop_all()
    assert trained.spent_after == 5.5
