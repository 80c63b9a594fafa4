"""Coverage of the intervals that stand beside means."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from results.statistics.aggregate import interquartile_mean, with_interval
from results.statistics.stratified import stratified_mean
from scripts.calibration.worlds import NOISES


class Coverage(NamedTuple):
    """How often 95 % intervals hold the truth.

    Attributes:
        mean: t intervals of the mean.
        middle: bootstrap intervals of the interquartile mean.
    """

    mean: float
    middle: float


def measure(noise: str, repetitions: int, tasks: int, count: int, generator: np.random.Generator) -> Coverage:
    """Return the coverage over ``count`` samples of that noise."""
    draw = NOISES[noise]
    large = draw(generator, 200_000, tasks)
    truth = float(interquartile_mean(large))
    held = np.zeros(2)
    for _ in range(count):
        values = draw(generator, repetitions, tasks)
        found = stratified_mean(values)
        held[0] += float(found.low) <= 0.0 <= float(found.high)
        interval = with_interval(values, interquartile_mean, generator, resamples=500)
        held[1] += interval.low <= truth <= interval.high
    return Coverage(*(held / count).tolist())
