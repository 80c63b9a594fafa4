"""The ConvNet of Tune's getting-started page on MNIST."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy.typing as npt
from ray import tune

from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.session import Session
from benchmarks.trainables._mnist import SOURCE, SUBSET_VALIDATION, load
from benchmarks.training.classifier import Classifier
from benchmarks.training.seeded import Config

if TYPE_CHECKING:
    import torch

    from benchmarks.training.trainers import BlockTrainer

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's training pixels, scaled to [0, 1]


def space() -> Mapping[str, Any]:
    """Return the search space of Tune's page."""
    return {"lr": tune.loguniform(1e-10, 1), "momentum": tune.uniform(0.1, 0.9)}


TABLE = Recorded("mnist-convnet", space)


@trainable(
    "mnist-convnet",
    "Tune's getting-started ConvNet on MNIST: learning rate and momentum of SGD",
    space=space,
    load=load,
    curves=TABLE,
    constants=TABLE.constants,
    source=SOURCE,
    metric="val_accuracy",
    examples_val=SUBSET_VALIDATION,
    mode="max",
    test_metric="test_accuracy",
    mutable=("lr", "momentum"),
    datasets=("subset", "full"),
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    requires=("torch",),
)
class MnistConvNet(Classifier):
    """3x3 convolution to 3 channels, max-pool 3, ReLU, linear 192 -> 10; SGD with minibatches of 64."""

    pads = True  # a channel without weights or bias ends in ReLU at 0, so neither it nor its bias learns

    @staticmethod
    def channels(config: Config) -> int:
        """Return the number of channels of the convolution."""
        return 3

    @classmethod
    def build(cls, config: Config) -> torch.nn.Module:
        """Return the network: (n, 1, 28, 28) normalised images to (n, 10) scores."""
        from torch import nn

        from benchmarks.trainables._pooled_conv import PooledConv

        channels = cls.channels(config)
        pooled = PooledConv(channels, kernel=3, pool=3)
        return nn.Sequential(pooled, nn.ReLU(), nn.Flatten(), nn.Linear(64 * channels, 10))

    @staticmethod
    def inputs(raw: npt.NDArray[Any]) -> torch.Tensor:
        """Return uint8 images, shape (n, 28, 28), normalised, shape (n, 1, 28, 28)."""
        images = Classifier.inputs(raw)
        return images.div_(255).sub_(MEAN).div_(DEVIATION).unsqueeze(1)

    @classmethod
    def block_trainer(cls, session: Session) -> BlockTrainer:
        """Return the compiled trainer on a CPU, if there is a C++ compiler."""
        from benchmarks.training.compiled import CompiledTrainer, compiler

        if session.device == "cpu" and compiler():
            return CompiledTrainer(cls, session, 1 / (255 * DEVIATION), -MEAN / DEVIATION)
        return super().block_trainer(session)
