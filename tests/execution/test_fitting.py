"""What is said of a time budget into which brackets or a population did not fit, or that they did not use."""

from __future__ import annotations

import pytest

from benchmarks.execution.fitting import why_unfit
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from results.store.fields import UNBOUNDED_TRIALS


def said(scheduler: str, budget: float, searcher: str = "random", trials: int = 8) -> str:
    return why_unfit(
        virtually(
            Experiment(
                "digits-mlp", searcher, scheduler, trials=trials, epochs=9, workers=2, time_budget=budget
            )
        )
    )


@pytest.mark.parametrize("scheduler", ["pbt", "pbt-sync"])
def test_a_population_that_could_not_begin_is_told(scheduler: str) -> None:
    assert said(scheduler, 0.08).endswith(f"of the 8 trials that {scheduler} compares never began")


def test_a_bracket_that_was_never_judged_is_told() -> None:
    assert "hyperband had judged no trial" in said("hyperband", 0.02, trials=UNBOUNDED_TRIALS)
    assert said("hyperband", 3.0, trials=UNBOUNDED_TRIALS) == ""


@pytest.mark.parametrize(
    ("searcher", "scheduler", "name"), [("random", "sha", "sha"), ("grid", "fifo", "grid")]
)
def test_a_fixed_number_of_trials_that_leaves_most_of_the_time_is_told(
    searcher: str, scheduler: str, name: str
) -> None:
    assert f"{name} is laid out for its 8 trials, which were over after" in said(scheduler, 30.0, searcher)


def test_a_budget_of_training_is_told_as_one_of_time() -> None:
    asked = {"trials": 8, "epochs": 9, "workers": 2, "engine": "virtual", "budget": 40.0}
    outcome = virtually(Experiment("digits-mlp", "random", "sha", **asked))
    assert why_unfit(outcome).startswith("sha is laid out for its 8 trials, which were over after ")
    assert "of the budget" in why_unfit(outcome)
    single = virtually(Experiment("branin", "random", "asha", **asked | {"budget": 2.0, "epochs": 1}))
    assert why_unfit(single) == ""  # there is nothing to judge in a single epoch


def test_nothing_is_said_where_there_is_nothing_to_say() -> None:
    assert said("fifo", 0.08, trials=UNBOUNDED_TRIALS) == ""  # judges none
    assert said("pbt", 0.0) == ""  # no budget of time
