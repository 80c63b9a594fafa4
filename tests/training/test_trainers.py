"""Block trainers give the curves of the trainable that they stand for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
import torch

from benchmarks.record.design import design
from benchmarks.suite.experiment import Device
from benchmarks.suite.registry import TRAINABLES
from benchmarks.suite.session import Session
from benchmarks.training.classifier import Classifier
from benchmarks.training.compiled import CompiledTrainer, compiler
from benchmarks.training.stacked import StackedTrainer
from benchmarks.training.trainers import BlockTrainer, Curve, OneByOne, block_trainer, blocks

CONFIGS, EPOCHS, TRAIN_SIZE = 20, 3, 1000
LOSS, ACCURACY = 1e-3, 2 / 360  # the tolerances: relative; and two images of the smaller validation set
# Above this effective learning rate training is chaotic: what rounds differently in one step is another curve
# some steps later, here as with another number of threads.  There the first epoch is compared.
CHAOS = 0.5


DEVICES = [
    "cpu",
    pytest.param(
        "gpu",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
        ],
    ),
]


@cache
def session(name: str, repetition: int = 0, device: Device = "cpu") -> Session:
    arrays = TRAINABLES[name].load("subset", TRAIN_SIZE, None)
    return Session(name, repetition, device, arrays, f"{TRAIN_SIZE}")


def configs(name: str, count: int = CONFIGS) -> list[dict[str, Any]]:
    found = design(name, TRAINABLES[name].space(), count)
    return found.configs[found.corners :]


def trained(trainer: BlockTrainer, chosen: list[dict[str, Any]], epochs: int = EPOCHS) -> list[Curve]:
    curves: list[Curve] = [[] for _ in chosen]
    for block in blocks(trainer, chosen, 64):
        for index, curve in zip(block, trainer.train([chosen[i] for i in block], epochs), strict=True):
            curves[index] = curve
    return curves


def chaotic(config: Mapping[str, Any]) -> bool:
    own = config.get("optimizer", config)
    return float(own["lr"]) / (1 - own.get("momentum", 0.0)) > CHAOS


def assert_alike(fast: Curve, slow: Curve, config: Mapping[str, Any]) -> None:
    assert len(fast) == len(slow)
    for epoch, (ours, theirs) in enumerate(zip(fast, slow, strict=True)):
        if chaotic(config) and epoch:
            break
        assert set(ours) == set(theirs)
        for name, value in theirs.items():
            where = f"{name} in epoch {epoch + 1} of {config}"
            if math.isnan(value):
                assert math.isnan(ours[name]), where
            elif "loss" in name:
                assert ours[name] == pytest.approx(value, rel=0.05 if chaotic(config) else LOSS), where
            else:
                assert ours[name] == pytest.approx(value, abs=0.05 if chaotic(config) else ACCURACY), where


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", ["mnist-convnet", "mnist-wide", "digits-mlp"])
def test_twenty_configurations_train_as_they_do_alone(name: str, device: Device) -> None:
    torch.set_num_threads(1)
    spec, chosen, where = TRAINABLES[name], configs(name), session(name, device=device)
    fast = trained(block_trainer(spec, where), chosen)
    slow = trained(OneByOne(spec, where), chosen)
    assert sum(not chaotic(config) for config in chosen) >= CONFIGS / 2
    for config, ours, theirs in zip(chosen, fast, slow, strict=True):
        assert_alike(ours, theirs, config)


@pytest.mark.filterwarnings("ignore:There is a performance drop")
@pytest.mark.parametrize("name", ["mnist-convnet", "mnist-wide"])
def test_the_networks_on_images_can_be_stacked_too(name: str) -> None:
    chosen = configs(name, 6)
    stacked = trained(StackedTrainer(TRAINABLES[name].target, session(name)), chosen, 2)
    for config, ours, theirs in zip(
        chosen, stacked, trained(OneByOne(TRAINABLES[name], session(name)), chosen, 2), strict=True
    ):
        assert_alike(ours, theirs, config)


@pytest.mark.skipif(compiler() is None, reason="no C++ compiler; apt install g++")
def test_with_a_compiler_the_images_are_trained_by_it() -> None:
    assert isinstance(block_trainer(TRAINABLES["mnist-convnet"], session("mnist-convnet")), CompiledTrainer)


def test_without_a_compiler_the_images_are_stacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    trainer = block_trainer(TRAINABLES["mnist-convnet"], session("mnist-convnet"))
    assert isinstance(trainer, StackedTrainer)


@pytest.mark.parametrize("name", ["mnist-convnet", "digits-mlp"])
def test_divergence_is_nan_for_all_that_follow(name: str) -> None:
    config = configs(name, 1)[0] | {"lr": 1e30}
    curve = block_trainer(TRAINABLES[name], session(name)).train([config], 3)[0]
    alone = OneByOne(TRAINABLES[name], session(name)).train([config], 3)[0]
    for ours, theirs in zip(curve, alone, strict=True):
        assert math.isnan(ours["val_loss"])
        assert math.isnan(theirs["val_loss"])
        assert ours["val_accuracy"] == pytest.approx(theirs["val_accuracy"])


def test_a_block_is_of_one_bucket_and_leaves_nobody_out() -> None:
    spec, chosen = TRAINABLES["digits-mlp"], configs("digits-mlp", 60)
    trainer = block_trainer(spec, session("digits-mlp"))
    found = blocks(trainer, chosen, 8)
    assert sorted(index for block in found for index in block) == list(range(len(chosen)))
    assert max(map(len, found)) <= 8
    for block in found:
        assert len({(chosen[i]["batch_size"], chosen[i]["activation"]) for i in block}) == 1


def test_another_repetition_gives_other_curves() -> None:
    chosen, spec = configs("digits-mlp", 2), TRAINABLES["digits-mlp"]
    one, other = (trained(block_trainer(spec, session("digits-mlp", r)), chosen, 1) for r in (0, 1))
    assert one != other


def test_an_optimizer_that_is_not_known_is_refused() -> None:
    class Exotic(TRAINABLES["digits-mlp"].target):
        @staticmethod
        def optimizer(config: Mapping[str, Any], model: torch.nn.Module) -> torch.optim.Optimizer:
            return torch.optim.RMSprop(model.parameters(), lr=0.1)

    assert issubclass(Exotic, Classifier)
    with pytest.raises(
        TypeError, match="RMSprop is not known when many are trained at once; use SGD or Adam"
    ):
        StackedTrainer(Exotic, session("digits-mlp")).train(configs("digits-mlp", 1), 1)


def test_a_function_cannot_be_recorded() -> None:
    spec = TRAINABLES["digits-mlp"]
    plain = type(spec)("plain", "a function", target=lambda config: None)
    with pytest.raises(TypeError, match="plain is a function; only a class trainable can be recorded"):
        block_trainer(plain, session("digits-mlp"))
