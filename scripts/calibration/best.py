"""Calibration of P(best) and of the set of possible best combinations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from results.statistics.best import versus_best
from results.statistics.worth import worths
from results.types import Floats
from scripts.calibration.worlds import SPREADS, grid

#: A bin counts if it holds the statements of so many independent grids.
LEAST = 50


class Setting(NamedTuple):
    """What is simulated: all ``SPREADS``, as many grids of each."""

    combinations: int
    repetitions: int
    noise: str = "normal"
    worth: str = "normal"
    tasks: int = 1


class BestCalibration(NamedTuple):
    """How often what was said held.

    Attributes:
        stated, true, grids: in bins of stated probability of width 0.1: the mean that was stated, how often it
            was true, and from how many grids; shape (10,).
        top_stated, top_true: of the most probable combination, by spread.
        covered, size: how often the possible ones held the best, and their mean share, by spread.
    """

    stated: Floats
    true: Floats
    grids: Floats
    top_stated: Floats
    top_true: Floats
    covered: Floats
    size: Floats

    @property
    def gap(self) -> float:
        """The largest difference of stated and true rate in bins that hold enough."""
        enough = self.grids >= LEAST
        return float(np.abs(self.stated - self.true)[enough].max())


def measure(setting: Setting, count: int, generator: np.random.Generator) -> BestCalibration:
    """Return the calibration over ``count`` grids of each spread."""
    stated: list[Floats] = []
    true: list[Floats] = []
    which: list[Floats] = []
    tops = np.zeros((len(SPREADS), count, 4))
    for row, spread in enumerate(SPREADS):
        for column in range(count):
            made = grid(generator, *setting[:2], spread, *setting[2:])
            probability = worths(made.values, made.tasks).probability
            possible = versus_best(made.values, made.tasks).possible
            top = int(probability.argmax())
            held = bool(possible[made.best > 0].any())
            tops[row, column] = probability[top], made.best[top], held, possible.mean()
            stated.append(probability)
            true.append(made.best)
            which.append(np.full(len(probability), row * count + column))
    bins = _bins(np.concatenate(stated), np.concatenate(true), np.concatenate(which))
    return BestCalibration(*bins, *tops.mean(axis=1).T)


def _bins(stated: Floats, true: Floats, which: Floats) -> Sequence[Floats]:
    index = np.minimum((stated * 10).astype(int), 9)
    rows = np.full((3, 10), np.nan)
    rows[2] = 0
    for number in range(10):
        inside = index == number
        if inside.any():
            rows[:, number] = stated[inside].mean(), true[inside].mean(), len(np.unique(which[inside]))
    return list(rows)
