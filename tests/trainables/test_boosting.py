"""Gradient boosting: equal to a trial that never rested, a model that LightGBM reads, and its measures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.metrics import accuracy_score, log_loss

from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables._boosted_trees import BoostedTrees, measured, space
from benchmarks.trainables._tabular_data import load
from benchmarks.training.standalone import standalone

lightgbm = pytest.importorskip("lightgbm", reason="lightgbm is not installed")

Config = Mapping[str, Any]


def started(config: Config, name: str = "cells") -> Any:
    arrays = load(name, "subset", 0, None)
    session = Session(f"boosting-{name}", 0, "cpu", arrays, name)
    return standalone(TRAINABLES[f"boosting-{name}"], config, session)


def drawn(count: int, seed: int = 0) -> list[Config]:
    encoding, chance = Encoding(space()), np.random.default_rng(seed)
    return [encoding.draw(chance) for _ in range(count)]


def rested(trial: BoostedTrees, config: Config, folder: Path, name: str = "cells") -> Any:
    """Return a fresh trial that goes on from another one's checkpoint."""
    folder.mkdir()
    trial.save_checkpoint(str(folder))
    fresh = started(config, name)
    fresh.load_checkpoint(str(folder))
    fresh._iteration = trial._iteration
    return fresh


@pytest.mark.parametrize("name", ["cells", "jobs"])  # two classes, and four
def test_a_trial_that_rests_after_every_epoch_equals_one_that_never_does(name: str, tmp_path: Path) -> None:
    for number, config in enumerate(drawn(4)):
        whole, trial = started(config, name), started(config, name)
        for epoch in range(4):
            assert trial.step() == whole.step()
            trial = rested(trial, config, tmp_path / f"{number}-{epoch}", name)
        assert trial.test() == whole.test()


def test_a_checkpoint_is_read_by_lightgbm_and_says_what_was_reported(tmp_path: Path) -> None:
    config = drawn(1)[0]
    trial, arrays = started(config), load("cells", "subset", 0, None)
    reports = [trial.step() for _ in range(3)]
    trial.save_checkpoint(str(tmp_path))
    files = sorted(tmp_path.iterdir())
    assert [file.name for file in files] == [f"epoch-000{epoch}.txt" for epoch in (1, 2, 3)]
    scores = sum(lightgbm.Booster(model_file=file).predict(arrays["x_val"], raw_score=True) for file in files)
    share = 1 / (1 + np.exp(-scores))
    assert reports[-1]["val_loss"] == pytest.approx(log_loss(arrays["y_val"], share))
    assert reports[-1]["val_accuracy"] == accuracy_score(arrays["y_val"], share > 0.5)


def test_a_population_goes_on_with_other_hyperparameters(tmp_path: Path) -> None:
    config = dict(drawn(1)[0], learning_rate=0.5)
    trial = started(config)
    trial.step()
    other = rested(trial, dict(config, learning_rate=0.02), tmp_path / "other")
    same = rested(trial, config, tmp_path / "same")
    before, small, large = trial._measured("train")[0], other.step()["train_loss"], same.step()["train_loss"]
    assert abs(small - before) < abs(large - before) / 4


def test_tests_between_epochs_change_nothing() -> None:
    config = drawn(1, seed=1)[0]
    often, once = started(config), started(config)
    for _ in range(3):
        often.step()
        tested = often.test()
        once.step()
    assert once.test() == tested == often.test()


def test_boosting_learns_every_data_set() -> None:
    config = {
        "learning_rate": 0.2,
        "tree": {"limit": "depth", "depth": 4},
        "thresholds": "best",
        "min_child_samples": 10,
        "lambda_l2": 1.0,
        "feature_fraction": 0.7,
        "bagging_fraction": 0.8,
        "max_bin": 63,
    }
    least = {
        "cells": 0.79,
        "churn": 0.78,
        "jobs": 0.72,
        "spam": 0.93,
    }  # the prior: 0.64, 0.73, 0.51, 0.61
    for name, accuracy in least.items():
        trial = started(config, name)
        for _ in range(4):
            report = trial.step()
        assert report["val_accuracy"] > accuracy, name


@given(st.integers(0, 2**32), st.sampled_from([2, 3, 5]), st.floats(0.1, 3))
def test_measures_are_those_of_scikit_learn(seed: int, classes: int, spread: float) -> None:
    chance = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), chance.integers(classes, size=20)])
    scores = spread * chance.standard_normal((len(labels), classes))
    if classes == 2:
        scores[:, 0] = 0
    loss, accuracy = measured(scores[:, 1] if classes == 2 else scores, labels)
    expected = min(log_loss(labels, softmax(scores, axis=1)), 2 * math.log(classes))
    assert loss == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert accuracy == accuracy_score(labels, scores.argmax(1))


def test_a_loss_that_has_no_bound_is_reported_as_twice_that_of_guessing() -> None:
    assert measured(np.zeros(2), np.array([0, 1])) == (pytest.approx(math.log(2)), 0.5)
    assert measured(np.array([1e4, -1e4]), np.array([0, 1])) == (pytest.approx(2 * math.log(2)), 0)
