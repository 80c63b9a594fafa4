"""Calibration of P(best) and of the set of possible best combinations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.best import versus_best
from results.statistics.worth import worths
from results.types import Floats
from scripts.calibration.worlds import SPREADS, grid

#: Independent grids whose statements a bin needs to count.
LEAST = 150


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
        bins: by stated probability, 0 to 0.1, 0.1 to 0.2 ...: sum of what was stated, sum of what was true,
            number of statements, number of grids that they come from; shape (4, 10).
        top_stated, top_true: of the most probable combination, by spread.
        covered, size: how often the possible ones held the best, and their mean share, by spread.
    """

    bins: Floats
    top_stated: Floats
    top_true: Floats
    covered: Floats
    size: Floats

    @property
    def gap(self) -> float:
        """The largest difference of stated and true rate in bins that hold enough."""
        return gap(self.bins)


def gap(bins: Floats) -> float:
    """Return the largest difference of stated and true rate in bins with statements of ``LEAST`` grids."""
    stated, true, count = bins[:3, bins[3] >= LEAST]
    return float(np.abs(stated / count - true / count).max(initial=0.0))


def measure(setting: Setting, count: int, generator: np.random.Generator) -> BestCalibration:
    """Return the calibration over ``count`` grids of each spread."""
    stated: list[Floats] = []
    true: list[Floats] = []
    which: list[Floats] = []
    tops = np.zeros((len(SPREADS), count, 4))
    for row, spread in enumerate(SPREADS):
        for column in range(count):
            truth = grid(
                generator,
                setting.combinations,
                setting.repetitions,
                spread,
                setting.noise,
                setting.worth,
                setting.tasks,
            )
            probability = worths(truth.values, truth.tasks).probability
            possible = versus_best(truth.values, truth.tasks).possible
            top = int(probability.argmax())
            held = bool(possible[truth.best > 0].any())
            tops[row, column] = probability[top], truth.best[top], held, possible.mean()
            stated.append(probability)
            true.append(truth.best)
            which.append(np.full(len(probability), row * count + column))
    bins = _bins(np.concatenate(stated), np.concatenate(true), np.concatenate(which))
    return BestCalibration(bins, *tops.mean(axis=1).T)


def _bins(stated: Floats, true: Floats, which: Floats) -> Floats:
    index = np.minimum((stated * 10).astype(int), 9)
    bins = np.zeros((4, 10))
    for number in range(10):
        inside = index == number
        bins[:, number] = (
            stated[inside].sum(),
            true[inside].sum(),
            inside.sum(),
            len(np.unique(which[inside])),
        )
    return bins
