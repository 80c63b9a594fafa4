"""Class-balanced splits that never change."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def stratified_order(labels: npt.NDArray[Any], seed: int) -> npt.NDArray[np.int64]:
    """Return a random permutation whose every prefix holds the classes in their overall proportions.

    A split is then a cut: the first n are one part, the rest another.  The raw output of PCG64 is used,
    because numpy promises that it never changes; ``Generator.permutation`` makes no such promise.

    Args:
        labels: shape (n,), the class of each example.
        seed: fixes the permutation.

    Returns:
        Shape (n,), indices into ``labels``; a prefix of m holds each class within one of its share of m.
    """
    shuffled = np.argsort(np.random.PCG64(seed).random_raw(len(labels)), kind="stable")
    position = np.empty(len(labels))  # where in [0, 1] an example belongs, by its rank within its class
    for label in np.unique(labels):
        members = np.flatnonzero(labels[shuffled] == label)
        position[members] = (np.arange(len(members)) + 0.5) / len(members)
    return shuffled[np.argsort(position, kind="stable")]


def keep_first(arrays: dict[str, npt.NDArray[Any]], train_size: int) -> dict[str, npt.NDArray[Any]]:
    """Return ``arrays`` with at most the first ``train_size`` training examples; 0 keeps all of them."""
    if train_size == 0:
        return arrays
    return arrays | {name: arrays[name][:train_size] for name in ("x_train", "y_train")}
