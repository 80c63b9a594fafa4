"""ASHA's rungs, sorted: the same cutoffs as Ray's without going through the whole rung each time."""

from __future__ import annotations

import math
from bisect import insort
from typing import Any

from ray.tune.schedulers import AsyncHyperBandScheduler

from benchmarks.engines.ray_internals import AshaBracket


class SortedRung(dict[str, float]):
    """The rewards that trials had at a milestone, by trial; none is replaced or removed."""

    def __init__(self) -> None:
        super().__init__()
        self._sorted: list[float] = []

    def __setitem__(self, trial_id: str, reward: float) -> None:
        super().__setitem__(trial_id, reward)
        if not math.isnan(reward):
            insort(self._sorted, float(reward))

    def quantile(self, q: float) -> float:
        """Return what ``numpy.nanpercentile`` returns for 100 q, to the last bit; NaN if there is none.

        This is its method "linear": the quantile lies at position (n - 1) q of the sorted rewards.
        """
        rewards = self._sorted
        if not rewards:
            return math.nan
        at = (len(rewards) - 1) * q
        below = math.floor(at)
        a, b, t = rewards[below], rewards[min(below + 1, len(rewards) - 1)], at - below
        return a + (b - a) * t if t < 0.5 else b - (b - a) * (1 - t)


class SortedBracket(AshaBracket):
    """A bracket like another one that has no trials yet."""

    def __init__(self, bracket: AshaBracket) -> None:
        vars(self).update(vars(bracket))
        self._rungs = [(milestone, SortedRung()) for milestone, _ in bracket._rungs]
        self._q = (1 - 1 / self.rf) * 100 / 100  # as numpy computes it

    def cutoff(self, recorded: Any) -> float | None:
        return recorded.quantile(self._q) if recorded else None


def sort_rungs(scheduler: Any) -> None:
    """Let a scheduler keep its rungs sorted if it is Ray's ASHA, without trials yet."""
    if type(scheduler) is AsyncHyperBandScheduler:
        scheduler._brackets = [SortedBracket(bracket) for bracket in scheduler._brackets]
