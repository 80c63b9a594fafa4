"""The pipeline with a choice of model: its branches, its fidelity, and a checkpoint of one number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables._tabular_data import load
from benchmarks.trainables.pipeline import EPOCHS, build
from benchmarks.training.standalone import standalone

NAME = "pipeline-cells"
FOREST = {"kind": "forest", "max_features": 0.2, "min_samples_leaf": 2, "criterion": "gini"}
MODELS: dict[type, dict[str, Any]] = {
    LogisticRegression: {"kind": "logistic", "c": 1.0},
    SVC: {"kind": "svm", "c": 2.0, "gamma": 0.01},
    RandomForestClassifier: FOREST,
}


def started(config: dict[str, Any], repetition: int = 0) -> Any:
    session = Session(NAME, repetition, "cpu", load("cells", "subset", 0, None), NAME)
    return standalone(TRAINABLES[NAME], config, session)


@pytest.mark.parametrize(("kind", "model"), MODELS.items())
def test_each_branch_is_its_model_with_its_own_hyperparameters(kind: type, model: dict[str, Any]) -> None:
    pipeline = build({"scaling": "standard", "model": model}, seed=5)
    last = pipeline[-1]
    assert isinstance(last, kind)
    given = {{"c": "C"}.get(name, name): value for name, value in model.items() if name != "kind"}
    assert given.items() <= last.get_params().items()
    trial = started({"scaling": "robust", "model": model})
    for _ in range(EPOCHS):
        report = trial.step()
    assert report["val_accuracy"] > 0.7  # 0.64 are of one class


def test_epochs_train_on_ninths_of_the_examples_which_each_repetition_orders_anew() -> None:
    arrays = load("cells", "subset", 0, None)
    config = {"scaling": "standard", "model": MODELS[LogisticRegression]}
    trial, other = started(config), started(config, repetition=1)
    seen: set[int] = set()
    for epoch in range(1, EPOCHS + 1):
        trial._epoch = other._epoch = epoch
        sizes = [len(one._examples()) for one in (trial, other)]
        assert sizes[0] == sizes[1] == -(-len(arrays["y_train"]) * epoch // EPOCHS)
        assert seen < set(trial._examples().tolist())
        seen = set(trial._examples().tolist())
        labels = arrays["y_train"][trial._examples()]
        assert abs(labels.mean() - arrays["y_train"].mean()) < 0.01
    assert not np.array_equal(trial._examples(), other._examples())
    assert started({"scaling": "range", "model": FOREST})._order.tolist() == trial._order.tolist()


def test_a_checkpoint_is_the_number_of_the_epoch(tmp_path: Path) -> None:
    config = {"scaling": "range", "model": FOREST}
    whole, trial, fresh = (started(config) for _ in range(3))
    for one in (whole, whole, trial):
        one.step()
    trial.save_checkpoint(str(tmp_path))
    [file] = tmp_path.iterdir()
    assert json.loads(file.read_text()) == {"epoch": 1}
    fresh.load_checkpoint(str(tmp_path))
    assert fresh.test() == trial.test()
    fresh._iteration = 1
    fresh.step()
    assert fresh.test() == whole.test()
