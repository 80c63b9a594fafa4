"""What Ray's own callbacks do in a function trainable, as docs/own-model.md says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ray import tune

from benchmarks.suite.registry import TrainableSpec
from benchmarks.suite.session import Session
from benchmarks.training.functions import function_alone


def reports(function: Callable[[dict[str, Any]], None], folder: Path) -> list[float]:
    """Return the losses that a function reports until it ends."""
    spec = TrainableSpec("mine", "", target=function, metric="loss", mode="min")
    losses: list[float] = []
    with function_alone(spec, {"x": 0.5}, Session("mine", 0, "cpu", {}, "nothing"), folder) as trial:
        while "loss" in (result := trial.train()):
            losses.append(float(result["loss"]))
    return losses


@pytest.mark.parametrize(
    ("options", "more"), [({}, 1), ({"checkpoint_at_end": False}, 0), ({"frequency": 1}, 0)]
)
def test_that_of_xgboost_reports_its_last_round_twice_unless_told_otherwise(
    options: dict[str, Any], more: int, tmp_path: Path
) -> None:
    xgboost = pytest.importorskip(
        "xgboost", reason="xgboost is not installed; tox run -e adapters installs it"
    )
    from ray.tune.integration.xgboost import TuneReportCheckpointCallback

    def train(config: dict[str, Any]) -> None:
        data = xgboost.DMatrix(np.eye(20), np.arange(20) % 2)
        callback = TuneReportCheckpointCallback({"loss": "v-logloss"}, **options)
        xgboost.train(
            {"objective": "binary:logistic"},
            data,
            2,
            evals=[(data, "v")],
            verbose_eval=False,
            callbacks=[callback],
        )

    assert len(reports(train, tmp_path)) == 2 + more


def test_that_of_transformers_reports_to_ray_train_alone(tmp_path: Path) -> None:
    def train(config: dict[str, Any]) -> None:
        import ray.train

        ray.train.report({"loss": 1.0})  # what RayTrainReportCallback calls

    with pytest.raises(Exception, match=r"`ray\.train\.report` is deprecated when running in a function"):
        reports(train, tmp_path)


def test_that_of_keras_needs_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    pytest.importorskip("keras", reason="keras is not installed; tox run -e adapters installs it")
    with pytest.raises(ImportError, match="TensorFlow"):
        from ray.tune.integration import keras  # noqa: F401 - its import is what fails


def test_a_report_through_tune_is_all_that_a_callback_needs(tmp_path: Path) -> None:
    def train(config: dict[str, Any]) -> None:
        for epoch in range(3):
            tune.report({"loss": 1.0 / (1 + epoch)})

    assert reports(train, tmp_path) == [1.0, 0.5, pytest.approx(1 / 3)]
