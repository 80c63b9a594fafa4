"""The messages between an experiment and the curve server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.curves.live.epochs import TrainedEpoch
from benchmarks.curves.live.lineage import Curve


@dataclass(frozen=True)
class Source:
    """The source of an experiment's curves.

    Attributes:
        address: path of the curve server's socket.
        content: hash of the trainable's version, its data, and the environment of its numerics.
        factors: by which seconds are multiplied, by the key of the subject; 1 where there is none.
    """

    address: str
    content: str
    factors: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """An experiment waits for an epoch of a curve, and all that are known behind it."""

    curve: Curve
    epoch: int


@dataclass(frozen=True)
class Tested:
    """An experiment wants its incumbent's model tested, and its checkpoint copied to a folder."""

    curve: Curve
    epoch: int
    folder: str
    test: bool


@dataclass(frozen=True)
class Known:
    """Epochs of a curve that are known, in order.

    ``new`` of them have been trained for this experiment or for one that waited with it.
    """

    key: str
    epochs: Sequence[TrainedEpoch]
    new: int = 0


@dataclass(frozen=True)
class TestResult:
    """The test metrics of a model; ``kept`` tells whether there was a checkpoint of it."""

    kept: bool
    metrics: Mapping[str, float] | None = None
    failure: str = ""


@dataclass(frozen=True)
class Finished:
    """An experiment is over; it wants to know what its row says of the trainable."""

    trainable: str


@dataclass(frozen=True)
class FinishedAnswer:
    """The difference of two trainings of one configuration; "" if equal, None if none was repeated."""

    differs: str | None
