"""Replay of a table: recorded curves as they are, and between them what can be known."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.made_up import CONFIGS, EPOCHS, NOISE, SEEDS, accuracy, space

from benchmarks.core.errors import DataError
from benchmarks.curves.model import Place
from benchmarks.curves.recorded.replay import Recorded, TableCurves
from benchmarks.curves.recorded.table import read
from benchmarks.fidelity.runs import virtually
from benchmarks.record.design import design
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES

ALIKE = {"x": 0.5, "y": 0.1, "kind": {"name": "b", "z": 0.5}}


def at(curves: Recorded, repetition: int = 0) -> TableCurves:
    return curves(Place("made-up", repetition, {}))


def followed(model: TableCurves, config: dict[str, Any], epochs: int = EPOCHS) -> list[dict[str, float]]:
    state, reported = model.start(config), []
    for _ in range(epochs):
        state, metrics, _ = model.step(state, config, 1)
        reported.append(metrics)
    return reported


def drawn(count: int, seed: int = 0) -> list[dict[str, Any]]:
    encoding, chance = Encoding(space()), np.random.default_rng(seed)
    return [encoding.draw(chance) for _ in range(count)]


@pytest.mark.parametrize("repetition", range(SEEDS))
def test_a_recorded_configuration_has_its_recorded_curve(
    curves: Recorded, folder: Path, repetition: int
) -> None:
    table = read(folder)
    for index in (0, 7, 100):
        config = json.loads(table.configs["json"][index])
        served = [row["val_accuracy"] for row in followed(at(curves, repetition), config)]
        assert served == pytest.approx(table.values("val_accuracy")[index, repetition].tolist(), abs=1e-3)


def test_between_recorded_ones_the_curve_is_close_to_the_truth(curves: Recorded) -> None:
    # Three seeds and smoothing leave less than the noise of one.
    off = []
    for config in drawn(200):
        served = np.mean(
            [[r["val_accuracy"] for r in followed(at(curves, rep), config)] for rep in range(3, 9)], 0
        )
        off.append(served - [accuracy(config, epoch) for epoch in range(1, EPOCHS + 1)])
    assert np.sqrt(np.mean(np.square(off))) < 0.8 * NOISE


def test_the_noise_of_the_seeds_stays_noise(curves: Recorded) -> None:
    spread = [
        np.std([followed(at(curves, rep), config)[-1]["val_accuracy"] for rep in range(3, 43)], ddof=1)
        for config in drawn(40, seed=1)
    ]
    assert np.sqrt(np.mean(np.square(spread))) == pytest.approx(NOISE, rel=0.25)


def test_a_curve_is_a_function_of_repetition_and_configuration(curves: Recorded, folder: Path) -> None:
    fresh = Recorded(folder, space)
    for config in drawn(20, seed=2):
        assert str(followed(at(curves, 5), config)) == str(followed(at(fresh, 5), dict(config)))
    several = {followed(at(curves, rep), ALIKE)[0]["val_accuracy"] for rep in range(20)}
    assert len(several) > 1


def test_nothing_is_served_beyond_what_its_neighbours_reach(curves: Recorded) -> None:
    model = curves.replay.model
    for config in drawn(100, seed=3):
        expected, *_ = model.at(curves.replay.features.of(config))
        assert (expected <= model.curves.max(0)).all()
        assert (expected >= model.curves.min(0)).all()


def test_a_saved_trial_goes_on_as_if_nothing_had_been(curves: Recorded) -> None:
    model, config = at(curves, 4), drawn(1)[0]
    state, *_ = model.step(model.start(config), config, 1)
    other = at(curves, 4)
    restored = other.restore(json.loads(json.dumps(model.save(state))))
    assert other.step(restored, config, 1).metrics == model.step(state, config, 1).metrics


def test_who_takes_over_better_weights_keeps_what_they_reached(curves: Recorded) -> None:
    model, worse = at(curves), {"x": 0.0, "y": 0.1, "kind": {"name": "a"}}
    state = model.start(ALIKE)
    for _ in range(6):
        state, donor, _ = model.step(state, ALIKE, 1)
    reached, before = donor["val_accuracy"], None
    end = followed(model, worse)[-1]["val_accuracy"]
    assert end < reached  # the new configuration could never have got there
    for _ in range(20):
        state, metrics, _ = model.step(state, worse, 1)
        value = metrics["val_accuracy"]
        assert end - 0.02 <= value <= reached + 0.02
        assert before is None or value <= before + 0.02
        before = value
    assert before == pytest.approx(end, abs=0.01)  # in the end it is what its configuration can keep


def test_who_takes_over_a_better_configuration_goes_on_where_it_is_as_good(curves: Recorded) -> None:
    model, poor = at(curves), {"x": 0.1, "y": 0.1, "kind": {"name": "a"}}
    state, metrics, _ = model.step(model.start(poor), poor, 1)
    for _ in range(3):
        state, metrics, _ = model.step(state, poor, 1)
    own = [row["val_accuracy"] for row in followed(model, ALIKE)]
    matched = next(i for i, value in enumerate(own) if value >= metrics["val_accuracy"])
    assert model.step(state, ALIKE, 1).metrics["val_accuracy"] == own[matched + 1]


def test_weights_that_have_diverged_stay_so(curves: Recorded, folder: Path) -> None:
    table = read(folder)
    lost = json.loads(
        table.configs["json"][int(table.curves.loc[table.curves["diverged"], "config"].iloc[0])]
    )
    model, state = at(curves), at(curves).start(lost)
    for _ in range(6):
        state, metrics, _ = model.step(state, lost, 1)
    assert math.isnan(metrics["val_loss"])
    assert math.isnan(model.step(state, ALIKE, 1).metrics["val_loss"])


def test_an_epoch_costs_what_it_took(curves: Recorded) -> None:
    model = at(curves)
    for config in drawn(20, seed=4):
        assert model.step(model.start(config), config, 2).cost == pytest.approx(0.5 + config["x"], rel=0.05)


def test_after_the_last_epoch_a_curve_is_flat(curves: Recorded) -> None:
    long = followed(at(curves), ALIKE, EPOCHS + 3)
    assert long[EPOCHS - 1 :] == [long[EPOCHS - 1]] * 4


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"epochs": EPOCHS + 1}, f"the table of made-up has {EPOCHS} epochs; ask for no more"),
        ({"data": "full"}, "was recorded with data subset; leave out --data"),
        ({"train_size": 7}, "was recorded with train_size 0; leave out --train-size"),
    ],
)
def test_what_was_not_recorded_is_refused(curves: Recorded, changed: dict[str, Any], reason: str) -> None:
    experiment = Experiment("made-up", "random", "fifo", epochs=EPOCHS, engine="virtual")
    assert curves.why_not(experiment) is None
    assert reason in str(curves.why_not(replace(experiment, **changed)))


@pytest.mark.parametrize("name", ["curves.parquet", "configs.parquet", "model.npz", "card.json"])
def test_a_damaged_table_is_not_served(folder: Path, tmp_path: Path, name: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2 :] = b"damaged"
    (copy / name).write_bytes(content)
    with pytest.raises(DataError, match=rf"{name} is (damaged|not the card of a table)"):
        Recorded(copy, space).replay  # noqa: B018 - reads it


def test_a_table_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"cannot read .*card\.json: No such file"):
        Recorded(tmp_path / "none", space).replay  # noqa: B018 - reads it


def test_a_configuration_of_another_space_is_no_guess(curves: Recorded) -> None:
    with pytest.raises((KeyError, ValueError)):
        at(curves).start({"x": 0.5})


def test_the_design_is_as_long_as_the_table(folder: Path) -> None:
    assert read(folder).shape == (len(design("made-up", space(), CONFIGS).configs), SEEDS, EPOCHS)


def test_the_incumbents_test_metric_is_the_curves() -> None:
    asked = Experiment("digits-mlp", "random", "asha", trials=6, epochs=9, workers=2)
    outcome = virtually(asked)
    [there] = [
        row
        for row in outcome.results
        if (row["trial_id"], row["epoch"]) == (outcome.row["best_trial"], outcome.row["best_epoch"])
    ]
    assert (outcome.row["test_metric"], outcome.row["test"]) == ("test_accuracy", there["test_accuracy"])
    assert there["test_accuracy"] != outcome.row["best"]


def test_each_row_keeps_what_its_score_is_made_of() -> None:
    for name in ("digits-mlp", "branin"):
        row, known = virtually(Experiment(name, "random", "fifo", trials=2, epochs=2)).row, TRAINABLES[name]
        assert known.constants is not None
        assert (row["baseline"], row["optimum"]) == known.constants(2)[1::-1]
        assert known.constants(2) != known.constants(3)


# What is known without a seed's noise


def test_the_noise_free_value_is_the_mean_over_the_seeds_of_a_recorded_configuration(
    curves: Recorded,
) -> None:
    table = read(curves._folder)
    config = json.loads(table.configs["json"].iloc[CONFIGS - 1])
    mean = table.values(table.card["metric"])[CONFIGS - 1].astype(float).mean(0)
    for repetition in (0, SEEDS + 3):
        model = at(curves, repetition)
        state, found = model.start(config), []
        for _ in range(EPOCHS):
            epoch = model.step(state, config, 1)
            state = epoch.state
            found.append(epoch.noise_free)
        assert found == pytest.approx(mean.tolist())


def test_between_recorded_configurations_it_is_the_same_in_every_repetition(curves: Recorded) -> None:
    found = []
    for repetition in range(3):
        model = at(curves, repetition)
        epoch = model.step(model.start(ALIKE), ALIKE, 1)
        found.append((epoch.noise_free, epoch.metrics["val_accuracy"]))
    assert len({known for known, _ in found}) == 1 and len({seen for _, seen in found}) == 3


def test_a_changed_configuration_moves_it_along_with_what_is_reported(curves: Recorded) -> None:
    model, other = at(curves), {"x": 0.1, "y": 0.9, "kind": {"name": "a"}}
    state = model.start(ALIKE)
    for _ in range(EPOCHS - 1):
        state = model.step(state, ALIKE, 1).state
    epoch = model.step(state, other, 1)
    moved = epoch.state
    plain = moved.noise_free[min(moved.position - 1, EPOCHS - 1)]
    gap = moved.gap[curves.replay.tuned] if moved.gap else 0.0
    assert epoch.noise_free == pytest.approx(plain + gap)
    assert epoch.metrics["val_accuracy"] == pytest.approx(
        moved.curve[moved.position - 1][curves.replay.tuned] + gap
    )
