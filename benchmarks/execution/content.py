"""The content of a trained curve: all that its numbers depend on, but for seeds and configuration."""

from __future__ import annotations

import importlib.metadata
import platform
from contextlib import suppress
from functools import cache

from benchmarks.core.environment import THREADS
from benchmarks.core.hashes import digest
from benchmarks.core.machine_record import cpu_name
from benchmarks.core.seeding import canonical
from benchmarks.execution.versions import version_of
from benchmarks.suite.registry import TRAINABLES

#: Packages that compute; a trainable's own (``requires``) come to them.
NUMERICS = (
    *("numpy", "scipy", "torch", "torchvision", "scikit-learn", "jax", "jaxlib", "tensorflow", "keras"),
    *("lightgbm", "xgboost", "catboost", "lightning", "pytorch-lightning", "transformers", "pandas", "ray"),
)


def content_of(trainable: str, data_key: str) -> str:
    """Return 12 hexadecimal digits that name a trainable's version, its data, and what computes.

    What computes are Python, the processor, its threads, and the versions of the packages of numerics.

    Args:
        trainable: the registered name.
        data_key: checksum of its arrays.
    """
    version = version_of("trainable", trainable).of_data(data_key).name
    return digest(canonical([version, numerics(TRAINABLES[trainable].requires)]))


@cache
def numerics(requires: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the environment of numerics: a version or name for each of its parts."""
    parts = {"python": platform.python_version(), "machine": platform.machine(), "cpu": cpu_name()}
    parts |= THREADS
    for package in sorted({*NUMERICS, *requires}):
        with suppress(importlib.metadata.PackageNotFoundError):
            parts[package] = importlib.metadata.version(package)
    return parts
