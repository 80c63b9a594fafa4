"""Curve models: learning curves of a trainable without its real code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from results.store.schema import NOISE_FREE


class _Epoch(NamedTuple):
    state: Any
    metrics: dict[str, float]
    cost: float


class Epoch(_Epoch):
    """One epoch of a curve: the state after it, the reported metrics, and its duration in seconds.

    Reports are those of a Tune trainable: ``"done": True`` among them ends the trial by itself, they may be
    nested, and the tuned metric may be missing from some.

    Attributes:
        noise_free: the tuned metric without chance, such as the mean over seeds; None if unknown.  It is
            stored with the result, and no searcher or scheduler sees it.  It is no item of the tuple.
    """

    noise_free: float | None

    def __new__(
        cls, state: Any, metrics: dict[str, float], cost: float, noise_free: float | None = None
    ) -> Self:
        epoch = super().__new__(cls, state, metrics, cost)
        epoch.noise_free = noise_free
        return epoch


def reported(epoch: Any) -> dict[str, Any]:
    """Return the report of an epoch as the engines take it, with what only the store is to know.

    Args:
        epoch: an ``Epoch``; a curve model may return another tuple of its three items.
    """
    _, metrics, _ = epoch
    known = getattr(epoch, "noise_free", None)
    return metrics if known is None else {**metrics, NOISE_FREE: float(known)}


@dataclass(frozen=True)
class Place:
    """The identity of a curve model: trainable, repetition, and the arrays that were loaded."""

    trainable: str
    repetition: int
    arrays: Mapping[str, Any]


class CurveModel(ABC):
    """Learning curves without learning, for the ``virtual`` engine.

    A state is what a trial has learned so far.  It is a value: ``step`` returns another one and changes
    nothing, so that a trial may be saved, go on elsewhere, or be copied by another (PBT) at no cost.  The
    configuration is not part of it, since a scheduler may change that while the trial trains.
    """

    @abstractmethod
    def start(self, config: Mapping[str, Any]) -> Any:
        """Return the state of a trial that has not trained yet."""

    @abstractmethod
    def step(self, state: Any, config: Mapping[str, Any], cpus: float) -> Epoch:
        """Train for one epoch on ``cpus`` CPUs.

        Raises:
            Exception: any, to let the trial fail; its attribute ``cost``, if there is one, says after how
                many seconds.
        """

    def save(self, state: Any) -> Any:
        """Return the state as JSON can hold it; as it is, unless a model says otherwise."""
        return state

    def restore(self, saved: Any) -> Any:
        """Return the state that ``save`` was given."""
        return saved
