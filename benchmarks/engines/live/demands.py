"""The epochs that experiments wait for, and which of them is trained next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from benchmarks.curves.live.lineage import Curve


@dataclass
class Demand:
    """The next epoch of a curve, and the experiments that wait for it.

    Attributes:
        waiting: experiments, by their numbers, and the epoch that each waits for.
        turn: when it was first asked for.
    """

    curve: Curve
    epoch: int
    turn: int
    waiting: dict[int, int] = field(default_factory=dict)


class Demands:
    """Curves of which an epoch is waited for; those that are being trained are not among them."""

    def __init__(self) -> None:
        self._open: dict[str, Demand] = {}
        self._turns = 0

    def __len__(self) -> int:
        return len(self._open)

    def put(self, demand: Demand) -> None:
        """Add a demand, or put one back after its epoch."""
        self._open[demand.curve.key] = demand

    def get(self, key: str) -> Demand | None:
        """Return the demand of a curve; None if there is none, or it is being trained."""
        return self._open.get(key)

    def new(self, curve: Curve, epoch: int) -> Demand:
        """Return a demand that nobody waits for yet."""
        self._turns += 1
        return Demand(curve, epoch, self._turns)

    def leave(self, experiment: int) -> None:
        """Forget that an experiment waits; what nobody waits for any more is not trained."""
        for key, demand in list(self._open.items()):
            if demand.waiting.pop(experiment, None) is not None and not demand.waiting:
                del self._open[key]

    def take(self, here: Collection[str], elsewhere: Collection[str]) -> Demand | None:
        """Take out the demand that a trainer is to meet next: that for which most experiments wait.

        Among equals comes one whose training lives ``here``, in the trainer, then the oldest.  Those that can
        only go on ``elsewhere`` stay.
        """
        best: Demand | None = None
        rank: tuple[int, bool, int] | None = None
        for key, demand in self._open.items():
            its = len(demand.waiting), key in here, -demand.turn
            if (rank is None or its > rank) and key not in elsewhere:
                best, rank = demand, its
        if best is not None:
            del self._open[best.curve.key]
        return best
