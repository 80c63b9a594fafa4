"""The incumbents of many experiments at once, as flat arrays that hold only where each of them steps.

Twenty million results have a few hundred thousand steps: all that scores, curves and figures need.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from results.statistics.steps import Steps, held
from results.types import Floats


@dataclass(frozen=True)
class Curves:
    """The incumbents of some experiments.

    Attributes:
        keys: the experiments, shape (n,).
        starts: shape (n + 1,); the steps of experiment i are those from ``starts[i]`` to ``starts[i + 1]``.
        x: shape (steps,); not decreasing within an experiment, whose last x is that of its last result.
        y: shape (steps,), finite; holds from x on.
        also: what else is known of the incumbent at each step, shape (steps,) each, NaN where it is not:
            "noise_free", its metric without noise, and "test", its test metric.
    """

    keys: Sequence[str]
    starts: NDArray[np.intp]
    x: Floats
    y: Floats
    also: Mapping[str, Floats] = field(default_factory=dict)
    _indices: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_indices", {key: index for index, key in enumerate(self.keys)})

    @property
    def ends(self) -> Floats:
        """Where each experiment's last result lies, shape (n,); NaN if it has no finite metric."""
        none = self.starts[1:] == self.starts[:-1]
        last = np.append(self.x, np.nan)[self.starts[1:] - 1]
        return np.where(none, np.nan, last)

    def curve(self, key: str) -> Steps:
        """Return the incumbent of one experiment; of no points if it has none.

        Raises:
            KeyError: if the experiment is not among them.
        """
        index = self._indices[key]
        steps = slice(self.starts[index], self.starts[index + 1])
        return Steps(self.x[steps], self.y[steps])

    def at(self, points: ArrayLike, name: str = "") -> Floats:
        """Return what each experiment held at each of the ascending ``points``, shape (n, points).

        NaN before the first value; after an experiment's end its last value holds.

        Args:
            points: in the unit of x.
            name: of one of ``also``, for what is known of the incumbent in place of its metric.
        """
        wanted = np.asarray(points, dtype=np.float64)
        heights = self.also.get(name, np.full(len(self.y), np.nan)) if name else self.y
        values = np.full((len(self.keys), len(wanted)), np.nan)
        for index, (start, end) in enumerate(pairwise(self.starts)):
            values[index] = held(Steps(self.x[start:end], heights[start:end]), wanted)
        return values

    def only(self, keys: Iterable[str]) -> Curves:
        """Return the incumbents of those of ``keys`` that are among these, in the order of ``keys``."""
        chosen = [key for key in keys if key in self._indices]
        indices = np.array([self._indices[key] for key in chosen], dtype=np.intp)
        lengths = np.diff(self.starts)[indices]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.intp)
        steps = np.repeat(self.starts[:-1][indices] - starts[:-1], lengths) + np.arange(starts[-1])
        also = {name: values[steps] for name, values in self.also.items()}
        return Curves(chosen, starts, self.x[steps], self.y[steps], also)

    def mapped(self, values: Callable[[Floats, NDArray[np.intp]], Floats]) -> Curves:
        """Return the same curves with other heights: ``values(y, which)`` of y and its experiment's index."""
        which = np.repeat(np.arange(len(self.keys)), np.diff(self.starts))
        return Curves(self.keys, self.starts, self.x, values(self.y, which), self.also)
