"""Synthetic tasks: test functions with a closed form, wrapped in learning curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cached_property
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.core.seeding import SEED_BITS, derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.reference import Reference
from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.trainable_spec import MARGIN
from benchmarks.trainables._simulated import PACED, Simulated

STANDARD_NORMAL = NormalDist()
SAMPLED = 2**14  # random configurations from which a formula's reference values are taken
NOISES = {"subset": 0.02, PACED: 0.02, "noiseless": 0.0, "noisy": 0.1}  # by the name of the data

Function = Callable[[Mapping[str, Any]], float]


class SyntheticCurves(CurveModel):
    """Losses that fall from ``start`` towards the value of a function at the configuration.

    Each epoch closes a share of the distance that is left: 10 to 50 %, the less the further the curve has to
    fall in the end, so that what looks good early need not be good late.  The state is (epoch, loss).

    Args:
        function: of the configuration; its value is what the curve ends at.
        start: the loss before training, above most values of the function.
        scale: a typical spread of the function's values.
        place: whose repetition fixes the noise.
        noise: its standard deviation, in units of ``scale``; drawn for each epoch of a configuration in a
            repetition.
        seconds: an epoch's cost on one CPU at the configuration; on n CPUs it is an n-th of that.
    """

    def __init__(
        self,
        function: Function,
        *,
        start: float,
        scale: float,
        place: Place,
        noise: float = 0.02,
        seconds: Function = lambda config: 1.0,
    ) -> None:
        self._function, self._start, self._scale = function, start, scale
        self._place, self._noise, self._seconds = place, noise, seconds

    def start(self, config: Mapping[str, Any]) -> tuple[int, float]:
        return 0, self._start

    def step(self, state: tuple[int, float], config: Mapping[str, Any], cpus: float) -> Epoch:
        epoch, loss = state[0] + 1, state[1]
        goal = goal_of(self._function, config, self._place.repetition)
        loss += share_closed(goal, self._start, self._scale, math.exp) * (goal - loss)
        uniform = (derive("noise", self._place.repetition, dict(config), epoch) + 0.5) / 2**SEED_BITS
        seen = loss + self._noise * self._scale * STANDARD_NORMAL.inv_cdf(uniform) if self._noise else loss
        return Epoch((epoch, loss), {"loss": seen}, self._seconds(config) / cpus, noise_free=loss)


def goal_of(function: Function, config: Mapping[str, Any], instance: int) -> float:
    """Return what the curve of a configuration ends at, of an instance of the function (a repetition's)."""
    return function(config)


def share_closed(goal: Any, start: float, scale: float, exp: Callable[[Any], Any] = np.exp) -> Any:
    """Return the share of the distance to ``goal``, numbers of any shape, that an epoch closes."""
    return 0.1 + 0.4 / (1 + exp((start - goal) / scale - 2))


def loss_after(epochs: int, goal: Any, start: float, scale: float) -> Any:
    """Return the loss of curves, without noise, after some epochs of training by one configuration."""
    return goal + (start - goal) * (1 - share_closed(goal, start, scale)) ** epochs


class FunctionReference:
    """Reference values of a function's curves, by the number of epochs.

    They are those of ``SAMPLED`` random configurations, each on an instance of its own.  At few epochs the
    curve of the function's minimum need not be the lowest; then the best of the sample is the best known.

    Args:
        function, minimum, start, scale, seconds: see ``task``.
        space: returns the search space, which can be encoded.
    """

    def __init__(
        self,
        function: Function,
        space: Callable[[], Mapping[str, Any]],
        *,
        minimum: float,
        start: float,
        scale: float,
        seconds: Function,
    ) -> None:
        self._function, self._space, self._minimum = function, space, minimum
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
        goals = [goal_of(self._function, config, instance) for instance, config in enumerate(configs)]
        return np.array(goals), float(np.mean([self._seconds(config) for config in configs]))


def load(data: str, train_size: int, data_dir: str | None) -> dict[str, Any]:
    """Return the noise of the curves, and whether epochs take real seconds."""
    return {PACED: np.array(float(data == PACED)), "noise": np.array(NOISES[data])}


def task(
    name: str,
    summary: str,
    *,
    space: Callable[[], Mapping[str, Any]],
    function: Function,
    minimum: float,
    start: float,
    scale: float,
    seconds: Function = lambda config: 1.0,
    mutable: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
    install: str = "",
    source: str = "a formula",
    margin: float = MARGIN,
    place: tuple[str, str] = ("", "Trial"),
) -> type[Simulated]:
    """Register a function as a trainable and return its class.

    Its module must call it ``Trial``; for several in one module, ``place`` is the module and the name there.

    ``minimum`` is the function's, or the smallest value known.  For ``start``, ``scale`` and ``seconds`` see
    ``SyntheticCurves``; by default every parameter is mutable.
    """

    def curves(place: Place) -> SyntheticCurves:
        noise = float(place.arrays.get("noise", NOISES["subset"]))
        return SyntheticCurves(function, start=start, scale=scale, place=place, noise=noise, seconds=seconds)

    module, attribute = place
    names = {"__module__": module or function.__module__, "__doc__": summary, "curves": staticmethod(curves)}
    return trainable(
        name,
        summary,
        space=space,
        load=load,
        datasets=tuple(NOISES),
        sized=False,
        curves=curves,
        constants=FunctionReference(
            function, space, minimum=minimum, start=start, scale=scale, seconds=seconds
        ),
        requires=requires,
        install=install,
        source=source,
        margin=margin,
        metric="loss",
        mode="min",
        mutable=mutable or tuple(space()),
        provides=frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    )(type(attribute, (Simulated,), names))
