"""A wider ConvNet on MNIST with a mixed space and a condition: the optimizer and its own parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ray import tune

from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._mnist import SOURCE, SUBSET_VALIDATION, load
from benchmarks.trainables.mnist_convnet import MnistConvNet
from benchmarks.training.seeded import Config

if TYPE_CHECKING:
    import torch


def space() -> Mapping[str, Any]:
    """Return a space of up to seven hyperparameters; those of the optimizer depend on which it is."""
    sgd = {"name": "sgd", "lr": tune.loguniform(1e-4, 1), "momentum": tune.uniform(0, 0.95)}
    adam = {"name": "adam", "lr": tune.loguniform(1e-5, 0.1), "beta1": tune.uniform(0.5, 0.99)}
    return {
        "channels": tune.qrandint(3, 12, 3),
        "batch_size": tune.choice([32, 64, 128]),
        "weight_decay": tune.loguniform(1e-6, 0.1),
        "decay": tune.uniform(0.7, 1),
        "optimizer": tune.choice([sgd, adam]),
    }


TABLE = Recorded("mnist-wide", space)


@trainable(
    "mnist-wide",
    "a ConvNet of 3 to 12 channels on MNIST: integers, categories, and a choice of optimizer with its own",
    space=space,
    load=load,
    curves=TABLE,
    constants=TABLE.constants,
    margin=40.0,
    source=SOURCE,
    metric="val_accuracy",
    examples_val=SUBSET_VALIDATION,
    mode="max",
    test_metric="test_accuracy",
    mutable=("weight_decay", "decay"),
    cheap={"channels": 3, "batch_size": 128},
    datasets=("subset", "full"),
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    requires=("torch",),
)
class MnistWide(MnistConvNet):
    """3x3 convolution to ``channels``, max-pool 3, ReLU, linear -> 10; SGD with momentum or Adam."""

    @staticmethod
    def channels(config: Config) -> int:
        """Return the number of channels of the convolution."""
        return int(config["channels"])

    @staticmethod
    def optimizer(config: Config, model: torch.nn.Module) -> torch.optim.Optimizer:
        """Return the optimizer that the configuration names."""
        import torch

        chosen, decay = config["optimizer"], config["weight_decay"]
        if chosen["name"] == "adam":
            betas = chosen["beta1"], 0.999
            return torch.optim.Adam(
                model.parameters(), lr=chosen["lr"], betas=betas, weight_decay=decay, fused=True
            )
        return torch.optim.SGD(
            model.parameters(), lr=chosen["lr"], momentum=chosen["momentum"], weight_decay=decay, fused=True
        )
