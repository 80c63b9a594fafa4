"""The choice of start-up, the cheap values of a trainable, and what a library was told."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from ray import tune

from benchmarks.core.refusal import SpecError
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import SEARCHERS, SearchSetup, TrainableSpec

SPACE = {
    "width": tune.lograndint(8, 129),
    "lr": tune.loguniform(1e-4, 1),
    "net": tune.choice([{"depth": tune.randint(1, 5)}, {"depth": 1}]),
}


def test_a_setup_levels_only_if_it_is_asked_to() -> None:
    levelled, library = (SearchSetup({}, 40, 0, 1, levelled=levelled) for levelled in (True, False))
    assert levelled.startup_option("n_startup_trials") == {"n_startup_trials": 10}
    assert library.startup_option("n_startup_trials") == {}


def test_start_up_changes_no_key_at_its_default() -> None:
    one = Experiment("branin", "random", "fifo")
    assert (
        one.startup == "levelled"
        and one.key == Experiment("branin", "random", "fifo", startup="levelled").key
    )
    assert one.key != Experiment("branin", "random", "fifo", startup="library").key


def proposals(**fields: Any) -> list[str]:
    outcome = virtually(Experiment("branin", "optuna-tpe", "fifo", trials=12, epochs=1, workers=1, **fields))
    return [row["config"] for row in outcome.trials]


def test_the_experiment_reaches_the_library() -> None:
    pytest.importorskip("optuna", reason="optuna is not installed")
    levelled, library = proposals(), proposals(startup="library")
    assert levelled[:3] == library[:3] and levelled != library  # of 12 trials 3 are random, by default 10


@pytest.mark.parametrize(
    ("cheap", "why"),
    [
        ({"depth": 3}, "cheap holds 'depth', which is not a hyperparameter at the top of the space"),
        ({"width": 4}, r"cheap holds 'width', whose value 4 is none of lograndint\(8, 129\)"),
        ({"width": 8.0}, "whose value 8.0 is none of lograndint"),
        ({"net": 1}, "which is a choice of dicts; name hyperparameters that have a value each"),
        ("width", "cheap is 'width'; expected a dict of hyperparameters and values"),
    ],
)
def test_cheap_values_must_lie_in_the_space(cheap: Any, why: str) -> None:
    with pytest.raises(SpecError, match=why):
        TrainableSpec("mine", target=lambda config: None, summary="", space=SPACE, cheap=cheap)


@pytest.mark.parametrize("name", ["flaml-cfo", "flaml-blendsearch"])
def test_flaml_begins_where_training_is_cheap(name: str) -> None:
    if SEARCHERS[name].missing():
        pytest.skip(f"{name} is not installed")
    experiment = Experiment("mnist-wide", name, "fifo", trials=1, epochs=1, engine="virtual")
    [trial] = virtually(experiment).trials
    assert (trial["config/channels"], trial["config/batch_size"]) == (3, 128)


@pytest.mark.parametrize(("workers", "told"), [(1, "NGOpt was told 2 workers"), (3, "")])
def test_a_row_says_what_ngopt_was_told(workers: int, told: str) -> None:
    pytest.importorskip("nevergrad", reason="nevergrad is not installed")
    experiment = Experiment("branin", "nevergrad-ngopt", "fifo", trials=4, epochs=1, workers=workers)
    assert virtually(experiment).row["told"] == told


def test_a_comparison_says_what_a_library_was_told() -> None:
    from results.store import parts

    rows = pd.DataFrame({"told": ["", None, "NGOpt was told 2 workers"], "workers": [1, 1, 1]})
    assert parts.told(rows) == ["NGOpt was told 2 workers where the experiment has 1"]
    assert parts.told(rows.drop(columns="told")) == []
