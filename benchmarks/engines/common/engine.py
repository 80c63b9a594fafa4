"""The protocol of an engine: it is opened for experiments, gives runners for them, and is closed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from benchmarks.suite.engines import DEFAULT_BYTES, ENGINES

if TYPE_CHECKING:
    from benchmarks.engines.common.context import ExecutionContext
    from benchmarks.engines.common.execution import Execution
    from benchmarks.engines.common.runner import Limits
    from benchmarks.engines.common.supply import RunnerSupply
    from benchmarks.suite.experiment import Experiment


@dataclass(frozen=True)
class Conditions:
    """The conditions of a run that change no experiment's key.

    Attributes:
        limits: seconds after which an experiment is given up.
        num_cpus: CPUs that the experiments share.
        num_gpus: GPUs that they share; None lets the engine count them.
        jobs: experiments at the same time; 0 means as many as fit the CPUs.
        actor_pool: trial processes outlive an experiment, where the engine has such.
        tensorboard: keep Tune's TensorBoard logs.
        curves: the folder of real trainings' curves, for engines that keep them.
        keep_checkpoints: the most bytes of checkpoints in it.
        retry: what failed in an earlier run is trained again.
        address: of a Ray cluster on which they run, HOST:PORT or "auto"; "" = one that is started here.
        placement: where the trials of an experiment are on it: "node" or "spread".
        accelerator: model of the GPUs that are asked for there; "" = any.
        run: the run's folder.
        storage: a place that all its nodes see, for checkpoints; "" = they stay on a node, or travel.
    """

    limits: Limits
    num_cpus: int
    num_gpus: int | None = None
    jobs: int = 0
    actor_pool: bool = True
    tensorboard: bool = False
    curves: Path = Path("curves")
    keep_checkpoints: int = DEFAULT_BYTES
    retry: bool = False
    address: str = ""
    placement: str = "node"
    accelerator: str = ""
    run: Path = Path()
    storage: str = ""


@dataclass(frozen=True)
class Batch:
    """Experiments that can share runners.

    Attributes:
        experiments: in the order in which they are to run.
        supply: of runners, each of which runs one of them at a time; None if they cannot run here.
        missing: why they cannot.
    """

    experiments: Sequence[Experiment]
    supply: RunnerSupply | None = None
    missing: str = ""


class Engine(ABC):
    """Executes experiments; a new one is a package with such a class and an entry in ``ENGINES``.

    What ``open`` starts it gives to ``resources``, which ``close`` ends; a closed engine can be opened again.

    Attributes:
        execution: how one experiment runs, in the process that a runner gives it.
    """

    execution: ClassVar[type[Execution]]

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.resources = ExitStack()

    @abstractmethod
    def open(self, experiments: Sequence[Experiment]) -> Path:
        """Start what these experiments need; return a folder for their temporary files.

        Raises:
            ClusterDied: if what all of them need cannot be started.
        """

    @abstractmethod
    def share(self, arrays: Mapping[str, Any], key: str, content: str) -> Any:
        """Return a trainable's arrays in the form in which the experiments' processes read them.

        Args:
            arrays: by their names.
            key: checksum of the arrays.
            content: hash of the trainable's version, these data, and the environment of its numerics.
        """

    def adapt(self, context: ExecutionContext) -> ExecutionContext:
        """Return the context in which this engine's experiments run."""
        return context

    @abstractmethod
    def runners(self, experiments: Sequence[Experiment]) -> Iterator[Batch]:
        """Yield the experiments with runners for them; a batch ends before the next one begins."""

    def notes(self) -> list[str]:
        """Return lines about the experiments that have run, once they have."""
        return []

    def close(self) -> None:
        """End what was started."""
        self.resources.close()


def engine_class(name: str, *, on_cluster: bool = False) -> type[Engine]:
    """Return the class of an engine, by its name in ``ENGINES``; that for a cluster of others, if asked."""
    spec = ENGINES[name]
    cls: type[Engine] = import_module(spec.on_cluster if on_cluster else spec.module).ENGINE
    return cls
