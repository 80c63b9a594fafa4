"""Results on the axis of full trainings, and budgets on it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from results import Run
from results.compare.budgets import Budget, at_budget, parse
from results.compare.full_trainings import TrainingUnits
from results.store.full_training import FIRST, FirstTrials, seconds_of_first

COSTS = [2.0, 4.0, 2.0, 4.0, 2.0]
TRIALS = ["x", "y", "x", "y", "x"]
ACC = [0.1, 0.5, 0.4, 0.7, 0.9]


def run_of(**columns: object) -> Run:
    """A run of one experiment of trials of 2 epochs, whose five results cost 14 seconds."""
    frame = pd.DataFrame({"key": "a", "trial_id": TRIALS, "cost": COSTS, "acc": ACC})
    frame = frame.assign(seq=pd.array(range(5), dtype="Int64"), clock=np.arange(1.0, 6))
    experiments = pd.DataFrame({"key": ["a"], "status": "ok", "metric": "acc", "mode": "max", "epochs": 2})
    return Run(experiments.assign(epochs_spent=5, wall_s=5.0, **columns), pd.DataFrame(), frame.iloc[::-1])


def test_an_incumbent_steps_where_seconds_so_far_are_full_trainings() -> None:
    steps = run_of(training_s=4.0).curves("trainings").curve("a")
    assert steps.x.tolist() == [0.5, 1.5, 3.0, 3.5]
    assert steps.y.tolist() == [0.1, 0.5, 0.7, 0.9]


def test_what_an_earlier_step_spent_counts_by_its_epochs() -> None:
    steps = run_of(training_s=4.0, epochs_before=6).curves("trainings").curve("a")
    assert steps.x[0] == pytest.approx(0.5 + 6 / 2)


@pytest.mark.parametrize("columns", [{}, {"training_s": np.nan}])
def test_an_older_store_has_the_seconds_of_its_own_first_trials(columns: dict[str, float]) -> None:
    steps = run_of(**columns).curves("trainings").curve("a")
    assert steps.x[0] == pytest.approx(COSTS[0] / (2 * 3.0))  # trials take 2 and 4 seconds an epoch


def test_at_a_budget_stands_what_was_found_until_then_and_the_epochs_that_were_spent() -> None:
    run = run_of(training_s=4.0)
    row = at_budget(run, parse("1.5x")).iloc[0]
    assert (row["value"], row["ended"]) == (0.5, False)
    assert run.places("trainings")["a"].tolist() == [0.5, 1.5, 2, 3, 3.5]
    late = at_budget(run, parse("9x")).iloc[0]
    assert (late["value"], late["ended"]) == (0.9, True)


def test_results_without_costs_have_no_place_on_the_axis() -> None:
    rows = {"seq": np.arange(3), "trial_id": np.zeros(3)}
    units = TrainingUnits(pd.DataFrame({"key": ["a"], "epochs": [2]}))
    assert np.isnan(units.spent("a", rows)).all()
    assert np.isnan(units.spent("nobody", rows | {"cost": np.ones(3)})).all()


def test_experiments_of_a_task_have_one_unit_where_each_measured_its_own() -> None:
    alike = {"trainable": "net", "engine": "tune", "epochs": 2}
    units = TrainingUnits(
        pd.DataFrame(
            [
                {"key": "a", "training_s": 1.0, **alike},
                {"key": "b", "training_s": 4.0, **alike},
                {"key": "c", "training_s": 5.0, **alike},
                {"key": "d", "training_s": None, **alike},
                {"key": "e", "training_s": 8.0, **alike | {"engine": "live"}},
            ]
        )
    )
    rows = {"seq": np.arange(2), "trial_id": np.zeros(2), "cost": np.array([4.0, 4.0])}
    assert [units.spent(key, rows).tolist() for key in "abcd"] == [[1, 2]] * 4
    assert units.spent("e", rows).tolist() == [0.5, 1]


def test_only_the_first_trials_say_what_a_training_takes() -> None:
    trials = [*range(FIRST), *range(FIRST, 100)]
    costs = [1.0] * FIRST + [50.0] * 90
    assert seconds_of_first(trials, costs, 27) == 27
    assert np.isnan(seconds_of_first([], [], 27))


def test_a_result_of_unknown_cost_counts_for_nothing() -> None:
    first = FirstTrials()
    for cost in (float("nan"), 2.0, 4.0):
        first.add("x", cost)
    assert first.seconds(3) == 9


def test_a_budget_in_full_trainings_need_not_be_whole() -> None:
    assert parse("50x") == Budget("trainings", 50.0, "50 full trainings")
    assert parse("0.5x").amount == 0.5
    with pytest.raises(ValueError, match=r"or full trainings \(50x\)"):
        parse("50y")
