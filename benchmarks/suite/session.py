"""The session of a trial: facts of its experiment beyond the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.suite.experiment import Device


@dataclass(frozen=True)
class Session:
    """Facts of one experiment for its trials.

    Attributes:
        trainable: the registered name, part of every seed.
        repetition: part of every seed.
        device: "cpu" or "gpu".
        data: the arrays of ``TrainableSpec.load``, or a Ray object reference to them.
        data_key: names the data's content, so that a process keeps one copy for many trials.
    """

    trainable: str
    repetition: int
    device: Device
    data: Any
    data_key: str

    def arrays(self) -> Mapping[str, Any]:
        """Return the data; from Ray's object store the arrays are read-only views, not copies."""
        if isinstance(self.data, Mapping):
            return self.data
        import ray

        arrays: Mapping[str, Any] = ray.get(self.data)
        return arrays
