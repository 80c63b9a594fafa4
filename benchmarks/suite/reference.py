"""Reference of a task at a number of epochs: best known value, and the distribution of random configurations.

Both are noise-free: a configuration's value is its mean over the seeds of a table, or a formula's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy.typing as npt

from benchmarks.suite.constants import Constants, expected_best
from results.statistics.random_search import at_ranks


@dataclass(frozen=True)
class Reference:
    """Best known value and random configurations of a task, with trials of a given number of epochs.

    Attributes:
        constants: best known value and baseline.
        values: of random configurations after their last epoch, at the ranks of ``size``
            (``results.statistics.random_search.ranks``), best first; none if unknown.
        size: number of random configurations.
        seconds: of one CPU, that one random configuration's training takes on average; None if unknown.
    """

    constants: Constants
    values: tuple[float, ...] = ()
    size: int = 0
    seconds: float | None = None

    @classmethod
    def of_sample(
        cls, values: npt.NDArray[Any], best: float, maximised: bool, seconds: float | None = None
    ) -> Self:
        """Return the reference of a task from a sample of random configurations.

        Args:
            values: shape (n,), what each reaches; NaN counts as the worst of the others.
            best: the best value known, which one of the sample may exceed.
            maximised: whether more is better.
            seconds: see above.
        """
        kept = at_ranks(values, "max" if maximised else "min")
        first = float(kept[0])
        optimum = max(best, first) if maximised else min(best, first)
        constants = Constants(optimum, expected_best(values, maximised))
        return cls(constants, tuple(kept.tolist()), len(values), seconds)
