"""Values of experiments as an array of repetitions, tasks and combinations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.store.parts import Combination
from results.types import Floats


class CubeIndex(NamedTuple):
    """The index of each experiment in such an array.

    Attributes:
        repetition, task: shape (experiments,).
        combination: shape (experiments,); -1 for one that is left out.
        shape: the numbers of repetitions, tasks and combinations.
    """

    repetition: NDArray[np.intp]
    task: NDArray[np.intp]
    combination: NDArray[np.intp]
    shape: tuple[int, int, int]

    @classmethod
    def of(
        cls, outcomes: pd.DataFrame, tasks: Sequence[str], combinations: Sequence[Combination]
    ) -> CubeIndex:
        """Return the index of the rows of ``outcomes``.

        Args:
            outcomes: with repetition, trainable, searcher and scheduler.
            tasks: the trainables of all rows.
            combinations: rows of others are left out.
        """
        repetition = pd.factorize(outcomes["repetition"], sort=True)[0]
        task = pd.Index(tasks).get_indexer(pd.Index(outcomes["trainable"]))
        pairs = pd.MultiIndex.from_frame(outcomes[["searcher", "scheduler"]])
        known = pd.MultiIndex.from_tuples(combinations, names=["searcher", "scheduler"])
        shape = (int(repetition.max(initial=0)) + 1, len(tasks), len(combinations))
        return cls(repetition, task, known.get_indexer(pairs), shape)

    def cube(self, values: Floats) -> Floats:
        """Return the values, shape (experiments, ...), as an array of ``shape``, NaN where there is none."""
        cube = np.full((*self.shape, *values.shape[1:]), np.nan)
        inside = self.combination >= 0
        cube[self.repetition[inside], self.task[inside], self.combination[inside]] = values[inside]
        return cube
