"""Compiled block trainer of the MNIST networks on the CPU, by ``pooled_net.cpp``.

A minibatch of so small a network takes torch longer to dispatch than to compute, and most of what it computes
are gradients of responses that pooling drops.  The C++ compiler is called once a process; nothing is kept.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from benchmarks.core.scratch import of_process
from benchmarks.suite.session import Session
from benchmarks.training.evaluation import finite
from benchmarks.training.seeded import minibatch_order, seeded
from benchmarks.training.trainers import Config, Curve

if TYPE_CHECKING:
    from benchmarks.trainables.mnist_convnet import MnistConvNet

SOURCE = Path(__file__).with_name("pooled_net.cpp")
FLAGS = ("-O3", "-march=native", "-shared", "-fPIC")
ROWS, PLANES, LANES = 27, 5, 8  # of an image, as the source explains
GROUP = 3  # channels must be a multiple of it


class _Images(ctypes.Structure):
    _fields_ = (
        ("planes", ctypes.c_void_p),
        ("pixels", ctypes.c_void_p),
        ("labels", ctypes.c_void_p),
        ("count", ctypes.c_int32),
        ("scale", ctypes.c_float),
        ("shift", ctypes.c_float),
    )


class _Optimizer(ctypes.Structure):
    _fields_ = (
        ("adam", ctypes.c_int32),
        ("steps", ctypes.c_int32),
        ("lr", ctypes.c_float),
        ("momentum", ctypes.c_float),
        ("beta2", ctypes.c_float),
        ("epsilon", ctypes.c_float),
        ("weight_decay", ctypes.c_float),
    )


def compiler() -> str | None:
    """Return the C++ compiler: $CXX, else c++; None if there is none."""
    return shutil.which(os.environ.get("CXX", "c++"))


@cache
def _library() -> ctypes.CDLL:
    """Compile and load the source.

    Raises:
        RuntimeError: if no compiler is found, or it fails; with its first message.
    """
    program = compiler()
    if program is None:
        raise RuntimeError("no C++ compiler; install one (Debian: apt install g++) or set CXX")
    with tempfile.TemporaryDirectory(dir=of_process()) as folder:
        library = Path(folder, "pooled_net.so")
        done = subprocess.run(
            [program, *FLAGS, str(SOURCE), "-o", str(library)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed on {SOURCE.name}: {done.stderr.strip().splitlines()[0]}")
        loaded = ctypes.CDLL(str(library))
    loaded.train.restype = ctypes.c_double
    return loaded


class CompiledTrainer:
    """Trains configurations of ``network`` after each other, without torch's overhead.

    Args:
        network: whose ``build``, ``channels``, ``batch_size``, ``decay`` and ``optimizer`` are followed.
        session: on the CPU, with MNIST's arrays.
        scale, shift: what makes a pixel, 0 to 255, an input: pixel * scale + shift.
    """

    name = "compiled"

    def __init__(self, network: type[MnistConvNet], session: Session, scale: float, shift: float) -> None:
        self._network, self._session = network, session
        self._arrays: list[npt.NDArray[np.uint8]] = []  # what the pointers below point to
        self._data = {split: self._images(split, scale, shift) for split in ("train", "val", "test")}

    def bucket(self, config: Config) -> tuple[Any, int]:
        return "", 0  # each configuration is trained on its own

    def train(self, configs: Sequence[Config], epochs: int) -> list[Curve]:
        return [self._curve(config, epochs) for config in configs]

    def _curve(self, config: Config, epochs: int) -> Curve:
        network, session, data = self._network, self._session, self._data["train"]
        with seeded(session, config, "weights"):
            model = network.build(config)
        parts = [part.detach().numpy().ravel() for part in model.parameters()]
        values = np.concatenate(parts).astype(np.float32)
        memory = np.zeros(3 * len(values), np.float32)
        rule = _rule(network.optimizer(config, model))
        lr, channels, batch = rule.lr, network.channels(config), network.batch_size(config)
        curve: Curve = []
        for epoch in range(epochs):
            if curve and np.isnan(curve[-1]["val_loss"]):  # nothing brings its weights back
                curve.append(curve[-1])
                continue
            order = minibatch_order(session, config, epoch, data.count).numpy()
            rule.lr = lr * network.decay(config) ** epoch
            loss = _library().train(
                *(ctypes.byref(data), _pointer(order), batch, channels),
                *(_pointer(values), _pointer(memory), ctypes.byref(rule)),
            )
            curve.append(self._measure(channels, values) | {"train_loss": finite(loss)})
        return curve

    def _measure(self, channels: int, values: npt.NDArray[np.float32]) -> dict[str, float]:
        out = np.zeros(2)
        measured: dict[str, float] = {}
        for split in ("val", "test"):
            _library().evaluate(ctypes.byref(self._data[split]), channels, _pointer(values), _pointer(out))
            measured |= {f"{split}_accuracy": float(out[0]), f"{split}_loss": finite(float(out[1]))}
        del measured["test_loss"]  # the trainable does not report it
        return measured

    def _images(self, split: str, scale: float, shift: float) -> _Images:
        arrays: Mapping[str, Any] = self._session.arrays()
        images, labels = arrays[f"x_{split}"], np.ascontiguousarray(arrays[f"y_{split}"], np.uint8)
        pixels = np.ascontiguousarray(images, np.uint8)
        planes = np.empty((len(images), ROWS, PLANES, LANES), np.uint8)
        for plane in range(PLANES):
            planes[:, :, plane] = images[:, :ROWS, plane : plane + 3 * LANES - 2 : 3]
        self._arrays += [planes, pixels, labels]
        return _Images(_pointer(planes), _pointer(pixels), _pointer(labels), len(images), scale, shift)


def _rule(optimizer: Any) -> _Optimizer:
    """Return torch's SGD or Adam as the source knows it."""
    d = optimizer.defaults
    if "betas" in d:
        return _Optimizer(1, 0, d["lr"], d["betas"][0], d["betas"][1], d["eps"], d["weight_decay"])
    return _Optimizer(0, 0, d["lr"], d["momentum"], 0.0, 0.0, d["weight_decay"])


def _pointer(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)
