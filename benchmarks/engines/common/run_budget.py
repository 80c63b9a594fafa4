"""Budgets that end a run of Tune as a whole: seconds of the clock, and seconds of training in all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ray.tune.stopper import Stopper


class RunBudget(Stopper):
    """Ends a run after ``seconds`` on the engine's clock, or when its training has cost what it may.

    Ray's own stopper reads the wall clock and knows no cost.

    Args:
        clock: the engine's.
        seconds: on it; infinite for no limit.
        trained_enough: whether the budget of training is spent.

    Attributes:
        ends: when the time is over, on the clock.
        spent_after: seconds after which it has ended the run; None as long as it has not.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        seconds: float = math.inf,
        trained_enough: Callable[[], bool] = lambda: False,
    ) -> None:
        self._clock, self._begun, self.seconds = clock, clock(), seconds
        self.ends = self._begun + seconds
        self._trained_enough = trained_enough
        self.spent_after: float | None = None

    def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
        return False

    def stop_all(self) -> bool:
        if self.spent_after is None:
            if self._clock() >= self.ends:
                self.spent_after = self.seconds
            elif self._trained_enough():
                self.spent_after = self._clock() - self._begun
        return self.spent_after is not None
