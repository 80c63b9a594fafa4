"""Seconds of a full training of a task, measured by an experiment's own first trials."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from statistics import median

FIRST = 10  # trials; with levelled starts they are drawn at random for every model


class FirstTrials:
    """The seconds of the epochs of the first trials that reported any."""

    def __init__(self) -> None:
        self._of: dict[Hashable, list[float]] = {}

    def add(self, trial: Hashable, cost: float) -> None:
        """Take in a result, in the order in which results come: its trial, and the seconds of its epoch."""
        if math.isfinite(cost) and (trial in self._of or len(self._of) < FIRST):
            self._of.setdefault(trial, []).append(cost)

    def seconds(self, epochs: int) -> float:
        """Return the median of their seconds an epoch, times the epochs of a training; NaN without any."""
        means = [sum(costs) / len(costs) for costs in self._of.values()]
        return epochs * median(means) if means else math.nan


def seconds_of_first(trials: Sequence[Hashable], costs: Sequence[float], epochs: int) -> float:
    """Return ``FirstTrials.seconds`` of results in the order in which they came."""
    first = FirstTrials()
    for trial, cost in zip(trials, costs, strict=True):
        first.add(trial, cost)
    return first.seconds(epochs)
