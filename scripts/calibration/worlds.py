"""Simulated grids: scores of combinations whose true worth is known.

A repetition shifts all combinations alike; each has noise of standard deviation 1 on average.  The true
worths have a spread in units of that noise.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from results.types import Floats

#: Spreads of the true worths, from no difference to large ones.
SPREADS = (0.0, 0.1, 0.3, 1.0, 3.0)
#: What a repetition does to all combinations alike, in the same unit.
SHARED = 3.0


class SimulatedGrid(NamedTuple):
    """One simulated grid.

    Attributes:
        values: shape (blocks, combinations).
        tasks: the task of each block.
        best: each combination's share of being the best: 1 for the best one; ties are shared.
    """

    values: Floats
    tasks: list[str]
    best: Floats


Draw = Callable[[np.random.Generator, int, int], Floats]


def normal(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return normal noise of one variance, shape (n, k)."""
    return generator.normal(size=(n, k))


def unequal(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return normal noise whose standard deviation differs, by a factor of 2 typically."""
    sd = np.exp(0.7 * generator.normal(size=k))
    noise: Floats = generator.normal(size=(n, k)) * sd / np.sqrt(np.mean(sd**2))
    return noise


def heavy_tails(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return noise of Student's t with 3 degrees of freedom."""
    noise: Floats = generator.standard_t(3, size=(n, k)) / np.sqrt(3)
    return noise


def lognormal(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return noise with a long tail of bad values: a lognormal loss."""
    variance = (np.e - 1) * np.e
    noise: Floats = (np.exp(0.5) - np.exp(generator.normal(size=(n, k)))) / np.sqrt(variance)
    return noise


def failures(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return normal noise in which 8 % of the runs fail, 12 standard deviations below."""
    rate, depth = 0.08, 12.0
    noise: Floats = generator.normal(size=(n, k)) - depth * ((generator.random((n, k)) < rate) - rate)
    noise /= np.sqrt(1 + depth**2 * rate * (1 - rate))
    return noise


def groups(generator: np.random.Generator, n: int, k: int) -> Floats:
    """Return noise of which pairs of combinations share 70 %, as schedulers under one searcher do."""
    shared = np.repeat(generator.normal(size=(n, (k + 1) // 2)), 2, axis=1)[:, :k]
    noise: Floats = np.sqrt(0.7) * shared + np.sqrt(0.3) * generator.normal(size=(n, k))
    return noise


NOISES: dict[str, Draw] = {
    "normal": normal,
    "unequal between combinations": unequal,
    "Student's t, 3 df": heavy_tails,
    "lognormal losses": lognormal,
    "8 % of runs fail": failures,
    "70 % shared by pairs": groups,
}


def gaussian(generator: np.random.Generator, k: int) -> Floats:
    """Return normal true worths."""
    return generator.normal(size=k)


def one_better(generator: np.random.Generator, k: int) -> Floats:
    """Return true worths of which one lies above all others, which are equal."""
    worth = np.zeros(k)
    worth[generator.integers(k)] = 2.0
    return worth


def few_bad(generator: np.random.Generator, k: int) -> Floats:
    """Return true worths with a tail of bad ones, as where a few combinations do not work."""
    worth: Floats = -(generator.exponential(size=k) ** 2) / np.sqrt(20)
    return worth


WORTHS = {"normal": gaussian, "one better than equal ones": one_better, "a tail of bad ones": few_bad}


def grid(
    generator: np.random.Generator,
    combinations: int,
    repetitions: int,
    spread: float,
    noise: str = "normal",
    worth: str = "normal",
    tasks: int = 1,
) -> SimulatedGrid:
    """Return a simulated grid; with several tasks, combinations and tasks interact as much as they differ."""
    true = spread * WORTHS[worth](generator, combinations)
    parts = []
    means = np.zeros(combinations)
    for _ in range(tasks):
        of_task = true + (spread * generator.normal(size=combinations) if tasks > 1 else 0.0)
        means += of_task / tasks
        shared = SHARED * generator.normal(size=(repetitions, 1))
        parts.append(of_task + shared + NOISES[noise](generator, repetitions, combinations))
    first = means >= means.max() - 1e-12
    names = [f"task {index}" for index in range(tasks) for _ in range(repetitions)]
    return SimulatedGrid(np.concatenate(parts), names, first / first.sum())
