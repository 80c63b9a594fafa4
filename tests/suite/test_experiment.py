"""An experiment's key names its content, the same in every process and after storing."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.suite.experiment import Experiment

BASE = Experiment("mnist-convnet", "random", "asha")
OTHER: dict[str, Any] = {
    "trainable": "digits-mlp",
    "searcher": "grid",
    "scheduler": "fifo",
    "device": "gpu",
    "trials": 9,
    "epochs": 10,
    "workers": 3,
    "repetition": 1,
    "data": "full",
    "train_size": 100,
    "gpus_per_trial": 0.5,
    "shared_initial_points": 3,
    "max_failures": 2,
    "time_budget": 60.0,
    "engine": "virtual",
    "latency": "measured",
    "charge_overhead": "measured",
    "stragglers": 0.5,
    "drop_outs": 0.01,
    "preemptions": 0.01,
    "speeds": "1,0.5",
    "startup": "library",
    "known_results": "0123456789abcdef",
    "first_configuration": '{"lr":0.01}',
    "budget": 50.0,
}

counts = st.integers(0, 10**6)
experiments = st.builds(
    Experiment,
    trainable=st.text(),
    searcher=st.text(),
    scheduler=st.text(),
    device=st.sampled_from(["cpu", "gpu"]),
    trials=counts,
    epochs=counts,
    workers=counts,
    repetition=counts,
    data=st.text(),
    train_size=counts,
    gpus_per_trial=st.floats(0, 8),
    shared_initial_points=counts,
    max_failures=st.integers(-1, 3),
    time_budget=st.floats(0, 1e6),
    engine=st.sampled_from(["tune", "virtual"]),
    latency=st.sampled_from(["none", "measured"]),
    charge_overhead=st.sampled_from(["none", "measured"]),
    stragglers=st.floats(0, 3),
    drop_outs=st.floats(0, 1),
    preemptions=st.floats(0, 1),
    speeds=st.sampled_from(["1", "1,0.5"]),
)


def test_key_is_what_stored_results_already_have() -> None:
    # Changing how keys are made orphans every stored result: --resume would run all of it again.
    assert BASE.key == "c3d021e1bf333d48"
    assert replace(BASE, device="gpu", gpus_per_trial=0.5).key == "75ee248f576bb864"


@given(experiments, st.randoms())
def test_key_does_not_depend_on_the_order_of_the_fields(experiment: Experiment, random: Any) -> None:
    row = list(experiment.row.items())
    random.shuffle(row)
    assert Experiment.from_row(dict(row)).key == experiment.key
    assert len(experiment.key) == 16
    assert set(experiment.key) <= set("0123456789abcdef")


@given(experiments, experiments)
def test_key_is_the_same_exactly_for_the_same_content(one: Experiment, other: Experiment) -> None:
    assert (one.key == other.key) == (one == other)


def test_every_field_changes_the_key() -> None:
    assert set(OTHER) == {field.name for field in fields(Experiment)}
    changed = [replace(BASE, **{name: value}).key for name, value in OTHER.items()]
    assert len({BASE.key, *changed}) == 1 + len(OTHER)


def test_equal_experiments_have_equal_keys_whatever_type_their_numbers_have() -> None:
    assert replace(BASE, gpus_per_trial=1) == replace(BASE, gpus_per_trial=1.0)
    assert replace(BASE, gpus_per_trial=1).key == replace(BASE, gpus_per_trial=1.0).key


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_key_is_the_same_in_another_process(hash_seed: str) -> None:
    code = (
        "from benchmarks.suite.experiment import Experiment\n"
        f"for e in {[BASE, replace(BASE, **OTHER)]!r}: print(e.key)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        check=True,
    )
    assert done.stdout.split() == [BASE.key, replace(BASE, **OTHER).key]


@given(experiments)
def test_row_gives_the_experiment_back_and_other_columns_are_ignored(experiment: Experiment) -> None:
    row = experiment.row | {"key": experiment.key, "status": "ok", "best": 0.5}
    assert Experiment.from_row(row) == experiment


@given(st.lists(experiments, min_size=1, max_size=4))
def test_rows_of_a_data_frame_give_experiments_with_the_same_keys(given: list[Experiment]) -> None:
    # pandas hands out numpy's numbers; they must count as the numbers that they hold.
    frame = pd.DataFrame([experiment.row for experiment in given])
    restored = [
        Experiment.from_row(dict(zip(frame.columns, row, strict=True)))
        for row in frame.itertuples(index=False)
    ]
    assert [e.key for e in restored] == [e.key for e in given]
    series = Experiment.from_row(dict(frame.iloc[0]))
    assert series.key == given[0].key


@pytest.mark.parametrize("missing", [{}, {"same_start": None}], ids=["no column", "null"])
def test_row_older_than_a_field_gives_the_experiment_that_it_was(missing: dict[str, Any]) -> None:
    # Else --resume would run every experiment of an older store once more.
    row = BASE.row
    del row["same_start"]
    assert Experiment.from_row(row | missing) == BASE
    assert Experiment.from_row(row | missing).key == "c3d021e1bf333d48"


def test_row_without_a_field_is_refused() -> None:
    row = BASE.row
    del row["epochs"]
    with pytest.raises(KeyError, match="epochs"):
        Experiment.from_row(row)


def test_combination_is_for_people() -> None:
    assert BASE.combination == "random x asha"


def test_experiment_cannot_be_changed_after_its_key_was_used() -> None:
    with pytest.raises(AttributeError):
        BASE.trials = 9  # type: ignore[misc]
