"""Trainables with a loss of their own: rates, gradients, seeds, and checkpoints that are taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.standalone import standalone
from benchmarks.training.trainers import block_trainer

LOAD: dict[str, Any] = {
    **{"lr": 5e-3, "weight_decay": 1e-2, "dropout": 0.2, "decay": 0.9, "batch_size": 128},
    **{"days": 2, "loss": "absolute", "cell": {"name": "mlp", "width": 32, "layers": 1}},
}


def trial(config: dict[str, Any] = LOAD, repetition: int = 0) -> Any:
    spec = TRAINABLES["load-forecast"]
    arrays = spec.load("subset", 0, None)
    return standalone(spec, config, Session(spec.name, repetition, "cpu", arrays, "load tested"))


def rate(started: Any) -> float:
    """Return the learning rate of the last minibatch."""
    return float(started._optimizer.param_groups[0]["lr"])


def test_the_rate_is_what_the_factor_makes_of_it() -> None:
    started = trial()
    for expected in (5e-3, 5e-3 * 0.9, 5e-3 * 0.9**2):
        started.step()
        assert rate(started) == pytest.approx(expected)


def test_recorded_curves_are_those_of_the_trainable_itself() -> None:
    spec = TRAINABLES["load-forecast"]
    session = Session(spec.name, 0, "cpu", spec.load("subset", 0, None), "load tested")
    trainer = block_trainer(spec, session)
    assert trainer.name == "one by one"
    [curve] = trainer.train([LOAD], 2)
    started = trial()
    assert curve == [started.step() | started.test() for _ in range(2)]


def test_long_gradients_are_cut() -> None:
    started = trial(LOAD | {"loss": "squared", "lr": 1e-9})
    with torch.no_grad():
        for part in started._model.parameters():
            part.mul_(50)
    started.step()
    length = torch.stack([part.grad.norm() for part in started._model.parameters()]).norm()
    assert float(length) == pytest.approx(1, abs=1e-4)


def test_dropout_is_drawn_by_the_seeds_of_the_epoch() -> None:
    first, second = trial(), trial()
    torch.rand(7)
    assert first.step() == second.step()
    assert first.step() != trial(repetition=1).step()


def test_a_checkpoint_is_taken_over_with_other_hyperparameters(tmp_path: Path) -> None:
    donor, heir = trial(), trial(LOAD | {"lr": 1e-3, "dropout": 0.0})
    donor.step()
    donor.save_checkpoint(str(tmp_path))
    heir.load_checkpoint(str(tmp_path))
    assert heir._measured("val") == donor._measured("val")
    heir.step()
    assert rate(heir) == pytest.approx(1e-3 * 0.9)
    assert [m.p for m in heir._model.modules() if isinstance(m, torch.nn.Dropout)] == [0.0]


def test_what_diverges_is_reported_as_nan() -> None:
    started = trial()
    with torch.no_grad():
        next(iter(started._model.parameters())).fill_(float("inf"))
    assert started.step()["val_mae"] != started.step()["val_mae"]
