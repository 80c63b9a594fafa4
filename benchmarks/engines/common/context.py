"""The execution context: the data, folders and processes that an experiment runs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ExecutionContext:
    """The surroundings of an experiment: data, folders, environment.

    Attributes:
        data: the trainable's arrays, or Ray's reference to them; ``data_key`` names their content.
        run: the run's folder, which receives the incumbent's checkpoint.
        scratch: a folder for Tune's own output, removed afterwards.
        tensorboard: keep Tune's TensorBoard logs in the run's folder.
        environment: key of the environment's record in the run's provenance.
        hosts: trial hosts of the engine ``tune``; without any, Tune starts its own (``Tuner.fit``).
    """

    data: Any
    data_key: str
    run: str
    scratch: str
    tensorboard: bool = False
    environment: str = ""
    hosts: tuple[Any, ...] | None = None
