"""The execution context: the data, folders and processes that an experiment runs with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.engines.common.beats import BEAT_S
from benchmarks.suite.known_points import KnownPoints


@dataclass(frozen=True)
class ExecutionContext:
    """The surroundings of an experiment: data, folders, environment.

    Attributes:
        data: the trainable's arrays, or Ray's reference to them; ``data_key`` names their content.
        run: the run's folder, which receives the incumbent's checkpoint; "" on another machine, where what
            it is to receive travels with the outcome.
        scratch: a folder for Tune's own output, removed afterwards; "" is one of the process that runs it.
        tensorboard: keep Tune's TensorBoard logs in the run's folder.
        environment: key of the environment's record in the run's provenance.
        hosts: trial hosts of the engine ``tune``; without any, Tune starts its own (``Tuner.fit``).
        group: Ray's placement group of the hosts, in which those are started too that take their places.
        storage: a place that all nodes see, for Tune's own output; "" = the folder for temporary files.
        carries: checkpoints travel between trial hosts and controller, which share no disk.
        accelerator: model of the GPUs that were asked for.
        beat_s: seconds between two signs of life.
        known: the known results that experiments learn first, by the hash that experiments have of them.
    """

    data: Any
    data_key: str
    run: str
    scratch: str
    tensorboard: bool = False
    environment: str = ""
    hosts: tuple[Any, ...] | None = None
    group: Any = None
    storage: str = ""
    carries: bool = False
    accelerator: str = ""
    beat_s: float = BEAT_S
    known: Mapping[str, KnownPoints] = field(default_factory=dict)

    @property
    def is_remote(self) -> bool:
        """Whether the experiment runs where the run's folder is not."""
        return not self.run
