"""Block trainers: many configurations with the same curves as the trainable one by one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from benchmarks.core.seeding import canonical
from benchmarks.suite.session import Session
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.training.reports import number, plain
from benchmarks.training.standalone import standalone
from results.store.schema import TUNE_SIGNALS

Config = Mapping[str, Any]
#: The reports of a trial's epochs, in order, test metrics included.
Curve = list[dict[str, float]]


class BlockTrainer(Protocol):
    """Trains many configurations; the curves are those of the trainable, up to rounding."""

    name: str  # for the provenance of a table

    def bucket(self, config: Config) -> tuple[Any, int]:
        """Return a key that configurations of a block share, and a size, by which they are sorted."""

    def train(self, configs: Sequence[Config], epochs: int) -> list[Curve]:
        """Return a curve for each of these configurations, which are of one bucket."""


class OneByOne:
    """The trainable itself, one configuration after another; the reference of all other trainers."""

    name = "one by one"

    def __init__(self, spec: TrainableSpec, session: Session) -> None:
        self._spec, self._session = spec, session

    def bucket(self, config: Config) -> tuple[Any, int]:
        return "", 0

    def train(self, configs: Sequence[Config], epochs: int) -> list[Curve]:
        return [self._curve(config, epochs) for config in configs]

    def _curve(self, config: Config, epochs: int) -> Curve:
        trial = standalone(self._spec, config, self._session)
        tested = self._spec.test_metric is not None
        return [_numbers(trial.step()) | (_numbers(trial.test()) if tested else {}) for _ in range(epochs)]


def _numbers(report: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics of a report, those that are numbers."""
    found = {name: number(value) for name, value in plain(report).items() if name not in TUNE_SIGNALS}
    return {name: value for name, value in found.items() if value is not None}


def block_trainer(spec: TrainableSpec, session: Session, *, one_by_one: bool = False) -> BlockTrainer:
    """Return the fastest trainer of a trainable: what its class offers as ``block_trainer``, else itself.

    Raises:
        TypeError: for a function trainable, which cannot be asked for one epoch.
    """
    if not isinstance(spec.target, type):
        raise TypeError(f"{spec.name} is a function; only a class trainable can be recorded")
    offered = getattr(spec.target, "block_trainer", None)
    if one_by_one or offered is None:
        return OneByOne(spec, session)
    trainer: BlockTrainer = offered(session)
    return trainer


def blocks(trainer: BlockTrainer, configs: Sequence[Config], size: int) -> list[list[int]]:
    """Return the indices of ``configs`` in blocks of at most ``size``, each within one bucket."""
    buckets: dict[str, list[tuple[int, int]]] = {}
    for index, config in enumerate(configs):
        key, width = trainer.bucket(config)
        buckets.setdefault(canonical(key), []).append((width, index))
    members = [[index for _, index in sorted(bucket)] for bucket in buckets.values()]
    return [bucket[at : at + size] for bucket in members for at in range(0, len(bucket), size)]


def diverged(epoch: Mapping[str, float]) -> bool:
    """Return whether anything that an epoch reports is not finite."""
    return not all(map(math.isfinite, epoch.values()))
