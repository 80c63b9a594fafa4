"""A task's two constants, of which scores are made: 0 is what random search reaches, 100 the best known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from benchmarks.seeding import derive

BASELINE_TRIALS = 8  # of the random search; a quick grid's
POINTS = 4096  # random configurations from which a formula's baseline is computed


class Constants(NamedTuple):
    """What a score of a value v is made of: 100 * (v - baseline) / (optimum - baseline).

    Attributes:
        optimum: the best value known.
        baseline: the expected best of so many random configurations, each trained to its end.
        trials: how many.
    """

    optimum: float
    baseline: float
    trials: int = BASELINE_TRIALS


def expected_best(values: npt.NDArray[Any], maximised: bool, trials: int = BASELINE_TRIALS) -> float:
    """Return the mean of the best of so many values drawn with replacement.

    With the values sorted from the worst, the i-th of n is the best of k draws with probability
    (i/n)^k - ((i-1)/n)^k.

    Args:
        values: shape (n,), what random configurations reach; NaN counts as the worst of the others.
        maximised: whether more is better.
    """
    signed = np.where(np.isnan(values), -np.inf, values if maximised else -values)
    worst = signed[np.isfinite(signed)].min()
    ordered = np.sort(np.maximum(signed, worst))
    chance = np.diff((np.arange(len(ordered) + 1) / len(ordered)) ** trials)
    best = float(ordered @ chance)
    return best if maximised else -best


def of_function(
    function: Callable[[Mapping[str, Any]], float], space: Mapping[str, Any], minimum: float
) -> Constants:
    """Return the constants of a function whose minimum is known, in a space that can be encoded."""
    from benchmarks.encoding import Encoding

    encoding, chance = Encoding(space), np.random.default_rng(derive("baseline", POINTS))
    values = np.array([function(encoding.draw(chance)) for _ in range(POINTS)])
    return Constants(minimum, expected_best(values, maximised=False))
