"""The networks on clothes, text and electricity: augmentation, schedules, windows, losses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.trainables._augmentation import augmentation
from benchmarks.trainables._forecasters import forecaster
from benchmarks.trainables._transformer import Transformer
from benchmarks.training.standalone import standalone

IMAGES = torch.arange(1, 8 * 28 * 28 + 1, dtype=torch.float32).view(8, 1, 28, 28)
TEXT: dict[str, Any] = {
    **{"width": 16, "depth": 1, "heads": 2, "lr": 1e-2, "warmup": 0.0, "weight_decay": 1e-2},
    **{"dropout": 0.0, "batch_size": 32, "beta2": 0.98, "schedule": {"name": "constant"}},
}
LOAD: dict[str, Any] = {
    **{"lr": 5e-3, "weight_decay": 1e-2, "dropout": 0.0, "decay": 0.9, "batch_size": 128},
    **{"days": 2, "loss": "absolute", "cell": {"name": "mlp", "width": 32, "layers": 1}},
}


def trial(name: str, config: dict[str, Any]) -> Any:
    spec = TRAINABLES[name]
    return standalone(spec, config, Session(name, 0, "cpu", spec.load("subset", 0, None), f"{name} tested"))


@pytest.fixture(
    params=[{"name": "shift", "pixels": 3}, {"name": "erase", "side": 9}], ids=lambda c: c["name"]
)
def layer(request: pytest.FixtureRequest) -> Iterator[torch.nn.Module]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        yield augmentation(request.param)


def test_augmentation_changes_images_only_while_training(layer: torch.nn.Module) -> None:
    assert torch.equal(layer.eval()(IMAGES), IMAGES)
    assert not torch.equal(layer.train()(IMAGES), IMAGES)


def test_augmentation_is_drawn_from_the_global_generator(layer: torch.nn.Module) -> None:
    torch.manual_seed(5)
    first, other = layer(IMAGES), layer(IMAGES)
    torch.manual_seed(5)
    assert torch.equal(layer(IMAGES), first)
    assert not torch.equal(first, other)


def test_half_of_the_images_are_flipped() -> None:
    many = IMAGES[:1].expand(1000, -1, -1, -1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        changed = augmentation({"name": "erase", "side": 0})(many)
    flipped = (changed == many.flip(3)).flatten(1).all(1)
    assert ((changed == many).flatten(1).all(1) | flipped).all()
    assert 430 < int(flipped.sum()) < 570


def test_shift_moves_a_pixel_by_no_more_than_it_may() -> None:
    dots = torch.zeros(500, 1, 28, 28)
    dots[:, :, 13, 13] = dots[:, :, 13, 14] = 1  # the same when flipped
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        rows, columns = augmentation({"name": "shift", "pixels": 2})(dots)[:, 0].nonzero()[::2, 1:].T
    assert set(rows.tolist()) == {11, 12, 13, 14, 15}
    assert set(columns.tolist()) == {11, 12, 13, 14, 15}


def test_shift_brings_in_zeros() -> None:
    ones = torch.ones(200, 1, 28, 28)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        sums = augmentation({"name": "shift", "pixels": 2})(ones).sum((1, 2, 3))
    assert set(sums.tolist()) <= {float(a * b) for a in (26, 27, 28) for b in (26, 27, 28)}
    assert 26.0 * 26 in sums.tolist()


def test_erasing_takes_one_square_within_the_image() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        erased = augmentation({"name": "erase", "side": 9})(torch.ones(200, 1, 28, 28)) == 0
    assert (erased.sum((1, 2, 3)) == 81).all()
    assert (erased.any(3).sum(2) == 9).all()
    assert erased.any(0)[0, [0, -1]].any(1).all()  # it comes to the border, too


def test_training_sees_augmented_images_and_validation_does_not() -> None:
    config = {
        **{"width": 4, "kernel": 3, "lr": 0.0, "decay": 1.0, "weight_decay": 0.0, "dropout": 0.0},
        "batch_size": 128,
        "optimizer": {"name": "sgd", "momentum": 0.0, "nesterov": True},
        "augmentation": {"name": "erase", "side": 16},
    }
    first, second = (lambda t: (t.step(), t.step()))(trial("fashion-convnet", config))
    assert first["val_loss"] == second["val_loss"]  # a learning rate of 0 leaves the weights alone
    assert first["train_loss"] != pytest.approx(second["train_loss"], abs=1e-7)


@pytest.mark.parametrize("seconds", [{"name": "constant"}, {"name": "cosine", "floor": 0.1}])
def test_warm_up_rises_to_the_schedule(seconds: dict[str, Any]) -> None:
    warmed = trial("char-transformer", TEXT | {"warmup": 2.0, "schedule": seconds})
    cold = trial("char-transformer", TEXT | {"warmup": 0.0, "schedule": seconds})
    factors = [warmed.rate_factor(epoch) for epoch in (0.0, 0.5, 1.0, 1.5)]
    assert 0 < factors[0] < 0.05
    assert factors == sorted(factors)
    assert [warmed.rate_factor(e) for e in (2.0, 9.0)] == [cold.rate_factor(e) for e in (2.0, 9.0)]


def test_schedules_fall_as_they_say() -> None:
    cosine = trial("char-transformer", TEXT | {"schedule": {"name": "cosine", "floor": 0.1}})
    assert [cosine.rate_factor(epoch) for epoch in (0, 13.5, 27, 40)] == pytest.approx([1, 0.55, 0.1, 0.1])
    power = trial("char-transformer", TEXT | {"schedule": {"name": "power", "exponent": 0.5}})
    assert [power.rate_factor(epoch) for epoch in (0, 3, 8)] == pytest.approx([1, 1 / 2, 1 / 3])


def test_a_transformer_does_not_look_ahead() -> None:
    torch.manual_seed(0)
    network = Transformer(63, 64, 16, 2, 4, 0.0).eval()
    characters = torch.randint(63, (1, 64))
    other = characters.clone()
    other[0, 40:] = (other[0, 40:] + 1) % 63
    with torch.inference_mode():
        one, two = network(characters), network(other)
    assert torch.allclose(one[0, :40], two[0, :40], atol=1e-6)
    assert not torch.allclose(one[0, 40:], two[0, 40:], atol=1e-3)


def test_an_untrained_transformer_knows_nothing_and_learns() -> None:
    started = trial("char-transformer", TEXT)
    assert started.test()["test_bits"] == pytest.approx(np.log2(63), abs=0.5)
    assert started.step()["val_bits"] < 4.5


def test_passages_are_followed_by_the_next_character() -> None:
    started = trial("char-transformer", TEXT)
    text = started._data["val"]
    inputs, targets = started._passages("val", torch.tensor([10, 500]))
    assert torch.equal(inputs[1], text[500:564])
    assert torch.equal(targets[1], text[501:565])


def test_windows_are_what_precedes_and_what_follows() -> None:
    started = trial("load-forecast", LOAD)
    series = started._data["x_load"]
    inputs, targets = started._windows(torch.tensor([1000, 2000]))
    assert torch.equal(inputs[1, :96], series[1904:2000])
    assert torch.equal(targets[1], series[2000:2048])
    assert inputs.shape == (2, 100)


def test_the_calendar_tells_hours_and_days_apart_and_weeks_not() -> None:
    started = trial("load-forecast", LOAD)
    calendar = started._windows(torch.tensor([1008, 1008 + 336, 1008 + 48, 1008 + 24]))[0][:, 96:]
    assert torch.allclose(calendar[0], calendar[1], atol=1e-4)
    assert torch.allclose(calendar[0, [0, 2]], calendar[2, [0, 2]], atol=1e-4)  # the hour
    assert not torch.allclose(calendar[0], calendar[2], atol=0.1)  # the day
    assert not torch.allclose(calendar[0], calendar[3], atol=0.1)


@pytest.mark.parametrize(
    "cell", [{"name": "mlp", "width": 16, "layers": 3}, {"name": "gru", "width": 8, "chunk": 24}]
)
def test_both_networks_forecast_a_day(cell: dict[str, Any]) -> None:
    network = forecaster({"cell": cell, "days": 3, "dropout": 0.5}).eval()
    assert network(torch.zeros(5, 3 * 48 + 4)).shape == (5, 48)


def test_error_of_a_forecast_is_in_per_cent_of_the_nominal_load() -> None:
    started = trial("load-forecast", LOAD)
    series = TRAINABLES["load-forecast"].load("subset", 0, None)["x_load"]
    train = series[: 244 * 48]
    with torch.no_grad():
        for part in started._model.parameters():
            part.zero_()  # it says the mean, always
    begin = np.arange(244 * 48, 305 * 48 - 47, 4)
    expected = 100 * np.abs(series[begin[:, None] + np.arange(48)] - train.mean()).mean()
    assert started._measured("val")["val_mae"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("loss", ["absolute", "squared", "huber"])
def test_losses_are_what_they_are_called(loss: str) -> None:
    started = trial("load-forecast", LOAD | {"loss": loss})
    value = started.loss(torch.tensor([[0.1, 1.0]]), torch.zeros(1, 2)).item()
    by_name = {"absolute": 0.55, "squared": 0.505, "huber": (0.1**2 / 2 + 0.2 * (1.0 - 0.1)) / 2}
    assert value == pytest.approx(by_name[loss])
