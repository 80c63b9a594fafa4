"""A small network on scikit-learn's bundled digits: a real task whose epoch takes milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from ray import tune

from benchmarks.core.errors import DataError
from benchmarks.curves.recorded.replay import Recorded
from benchmarks.suite.registry import Capability, trainable
from benchmarks.training.classifier import Classifier
from benchmarks.training.seeded import Config
from benchmarks.training.splits import keep_first, stratified_order

if TYPE_CHECKING:
    import torch

SPLIT_SEED = 1797
HELD_OUT = 360  # of 1,797 images, for validation and again for the test
BRIGHTEST = 16.0


def space() -> Mapping[str, Any]:
    """Return a mixed space: logarithmic and linear floats, an integer, categories."""
    return {
        "lr": tune.loguniform(1e-4, 1),
        "momentum": tune.uniform(0, 0.99),
        "weight_decay": tune.loguniform(1e-7, 1e-2),
        "hidden": tune.lograndint(8, 129),
        "batch_size": tune.choice([16, 32, 64, 128]),
        "activation": tune.choice(["relu", "tanh"]),
        "decay": tune.uniform(0.8, 1),
    }


TABLE = Recorded("digits-mlp", space)


def load(data: str, train_size: int, data_dir: str | None) -> dict[str, npt.NDArray[Any]]:
    """Return the digits in a fixed, stratified split, 1,077 / 360 / 360 images, shape (n, 64), values 0-16.

    Raises:
        DataError: if ``data`` is not "subset".
    """
    if data != "subset":
        raise DataError(f"unknown data {data!r} for the digits; they ship whole, as 'subset'")
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    order = stratified_order(labels, SPLIT_SEED)
    cuts = np.split(order, [HELD_OUT, 2 * HELD_OUT])
    arrays: dict[str, npt.NDArray[Any]] = {}
    for split, chosen in zip(("test", "val", "train"), cuts, strict=True):
        arrays |= {f"x_{split}": images[chosen].astype(np.float32), f"y_{split}": labels[chosen]}
    return keep_first(arrays, train_size)


@trainable(
    "digits-mlp",
    "a one-layer network on scikit-learn's digits: seven hyperparameters of every kind",
    space=space,
    load=load,
    curves=TABLE,
    constants=TABLE.constants,
    margin=40.0,
    source="scikit-learn's digits, of UCI's Optical Recognition of Handwritten Digits (CC BY 4.0)",
    metric="val_accuracy",
    examples_val=HELD_OUT,
    mode="max",
    test_metric="test_accuracy",
    mutable=("lr", "momentum", "weight_decay", "decay"),
    cheap={"hidden": 8, "batch_size": 128},
    provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    requires=("torch", "scikit-learn"),
)
class DigitsMlp(Classifier):
    """64 pixels -> hidden units -> 10 digits; SGD whose learning rate decays by the epoch."""

    pads = True

    @classmethod
    def build(cls, config: Config) -> torch.nn.Module:
        """Return the network: (n, 64) scaled images to (n, 10) scores."""
        from torch import nn

        hidden = int(config["hidden"])
        activation = nn.ReLU() if config["activation"] == "relu" else nn.Tanh()
        return nn.Sequential(nn.Linear(64, hidden), activation, nn.Linear(hidden, 10))

    @staticmethod
    def inputs(raw: npt.NDArray[Any]) -> torch.Tensor:
        """Return images, shape (n, 64), scaled to [0, 1]."""
        return Classifier.inputs(raw).div_(BRIGHTEST)
