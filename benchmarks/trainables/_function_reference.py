"""Reference values of functions with learning curves, from the closed form of a curve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.core.seeding import derive
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.reference import Reference
from benchmarks.trainables._instances import Function, Instances

SAMPLED = 2**14  # random configurations
INSTANCES = 256  # of the function, over which they are spread


def share_closed(goal: Any, start: float, scale: float, exp: Callable[[Any], Any] = np.exp) -> Any:
    """Return the share of the distance to ``goal``, numbers of any shape, that an epoch closes."""
    return 0.1 + 0.4 / (1 + exp((start - goal) / scale - 2))


def loss_after(epochs: int, goal: Any, start: float, scale: float) -> Any:
    """Return the loss of curves, without noise, after some epochs of training by one configuration."""
    return goal + (start - goal) * (1 - share_closed(goal, start, scale)) ** epochs


class FunctionReference:
    """Reference values of a function's curves, by the number of epochs.

    They are those of ``SAMPLED`` random configurations, spread over ``INSTANCES`` instances, so that they
    hold in each repetition.  At few epochs the curve of the minimum need not be the lowest; then the best of
    the sample is the best known.

    Args:
        instances, minimum, start, scale, seconds: see ``benchmarks.trainables._synthetic.task``.
        space: returns the search space, which can be encoded.
    """

    def __init__(
        self,
        instances: Instances,
        space: Callable[[], Mapping[str, Any]],
        *,
        minimum: float,
        start: float,
        scale: float,
        seconds: Function,
    ) -> None:
        self._instances, self._space, self._minimum = instances, space, minimum
        self._start, self._scale, self._seconds = start, scale, seconds

    def __call__(self, epochs: int | None = None) -> Reference:
        """Return the reference of so many epochs; None: of what the curves end at."""
        goals, seconds = self._sample
        if epochs is None:
            return Reference.of_sample(goals, self._minimum, maximised=False)
        values, best = (loss_after(epochs, goal, self._start, self._scale) for goal in (goals, self._minimum))
        return Reference.of_sample(values, float(best), maximised=False, seconds=epochs * seconds)

    def prepare(self) -> None:
        """Draw the sample, which takes a moment."""
        self._sample  # noqa: B018 - drawn on first use

    @cached_property
    def _sample(self) -> tuple[npt.NDArray[np.float64], float]:
        """Where the curves of random configurations end, shape (SAMPLED,); an epoch's mean cost."""
        encoding, chance = Encoding(self._space()), np.random.default_rng(derive("reference", SAMPLED))
        configs = [encoding.draw(chance) for _ in range(SAMPLED)]
        functions = [self._instances(number) for number in range(INSTANCES)]
        goals = [functions[number % INSTANCES](config) for number, config in enumerate(configs)]
        return np.array(goals), float(np.mean([self._seconds(config) for config in configs]))
