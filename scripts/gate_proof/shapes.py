"""Single hypotheses on differences of given shapes: what the level rests on, and what each test sees.

The gate's 5 % hold if nothing has changed: then who of a pair is the candidate is a matter of names.  A
change after which the mean is equal and the shape is another one is a change; how often it is called a
regression is shown here, beside collapses in a share of the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from results.gate.collapse import LARGEST, MOST, TIMES
from results.statistics.betting import least_share, low_mean_p
from results.statistics.mcnemar import mcnemar_p
from results.statistics.noninferiority import inferiority_p, non_inferiority_p
from results.statistics.sequential import spending
from results.types import Floats

MARGIN = 20.0
#: Standard deviation of a run's score, and what a run that collapses loses, in points.
NOISE, LOST = 7.0, 190.0
Draw = Callable[[Generator, int], Floats]


def noise(rng: Generator, n: int) -> Floats:
    """Return differences of runs with other seeds."""
    drawn: Floats = NOISE * (rng.normal(size=n) - rng.normal(size=n))
    return drawn


def collapsing(share: float, *, other_seeds: bool) -> Draw:
    """Return differences of a candidate that collapses in a share of the runs, and else is as it was."""

    def draw(rng: Generator, n: int) -> Floats:
        lost = np.where(rng.random(n) < share, -LOST, 0.0)
        return lost + noise(rng, n) if other_seeds else lost

    return draw


def small_losses(rng: Generator, n: int) -> Floats:
    """Return frequent small losses and rare large gains of mean 0."""
    return np.where(rng.random(n) < 0.1, 45.0, -5.0) + 0.1 * noise(rng, n)


def small_gains(rng: Generator, n: int) -> Floats:
    """Return frequent small gains and rare large losses of mean 0."""
    return -small_losses(rng, n)


def skewed_scores(rng: Generator, n: int) -> Floats:
    """Return differences of skewed scores that have one distribution."""
    drawn: Floats = 10 * (np.exp(rng.normal(size=n)) - np.exp(rng.normal(size=n)))
    return drawn


def more_skewed(rng: Generator, n: int) -> Floats:
    """Return differences of symmetric scores and scores of the same mean with a long lower tail."""
    drawn: Floats = 10 * (np.exp(0.5) - np.exp(rng.normal(size=n))) - NOISE * rng.normal(size=n)
    return drawn


SHAPES: Mapping[str, Draw] = {
    "no change, other seeds": noise,
    "no change, skewed scores": skewed_scores,
    "frequent small loss, rare large gain": small_losses,
    "frequent small gain, rare large loss": small_gains,
    "a long lower tail in place of noise": more_skewed,
    **{
        f"collapse in {share:.1%} of the runs, {seeds} seeds": collapsing(share, other_seeds=seeds == "other")
        for seeds in ("the same", "other")
        for share in (0.05, 0.1, 0.106, 0.15, 0.3)
    },
}


@dataclass(frozen=True)
class ShapeRates:
    """How often one group of one combination has each outcome, at the last look.

    Attributes:
        mean: of the differences, in points.
        worse, collapsed: "fails" by the mean, and by the share of collapsed runs, each at the gate's level.
        mean_passes: "passes" by the mean alone.
        passes: by both.
    """

    mean: float
    worse: float
    collapsed: float
    mean_passes: float
    passes: float


def rates(draw: Draw, stages: Sequence[int], alpha: float, gates: int, rng: Generator) -> ShapeRates:
    """Return the rates in simulated gates that look at ``stages``, of a combination that is alone."""
    shares = spending(stages)
    limit = min(least_share(0.0, stages[-1], alpha), LARGEST)
    size = min(TIMES * MARGIN, MOST)
    outcomes = np.zeros((gates, 4), dtype=bool)
    total = 0.0
    for row in outcomes:
        d = draw(rng, stages[-1])
        signs = (d > size).astype(float) - (d < -size)
        total += float(d.mean())
        looks = [(d[:n], signs[:n], share) for n, share in zip(stages, shares, strict=True)]
        row[0] = any(inferiority_p(one) <= alpha * share for one, _, share in looks)
        row[1] = any(mcnemar_p(-sign) <= alpha * share for _, sign, share in looks)
        row[2] = any(non_inferiority_p(one, MARGIN) <= alpha * share for one, _, share in looks)
        row[3] = row[2] and any(low_mean_p(sign, -limit) <= alpha for _, sign, _ in looks)
    return ShapeRates(total / gates, *(float(rate) for rate in outcomes.mean(axis=0)))
