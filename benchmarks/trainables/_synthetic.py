"""Synthetic tasks: test functions with a closed form, wrapped in learning curves."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Any

import numpy as np

from benchmarks.core.seeding import SEED_BITS, derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import Capability, trainable
from benchmarks.suite.trainable_spec import MARGIN
from benchmarks.trainables._function_reference import FunctionReference, share_closed
from benchmarks.trainables._instances import Function, Instances
from benchmarks.trainables._simulated import PACED, Simulated

STANDARD_NORMAL = NormalDist()
NOISES = {"subset": 0.02, PACED: 0.02, "noiseless": 0.0, "noisy": 0.1}  # by the name of the data


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
        goal = self._function(config)
        loss += share_closed(goal, self._start, self._scale, math.exp) * (goal - loss)
        uniform = (derive("noise", self._place.repetition, dict(config), epoch) + 0.5) / 2**SEED_BITS
        seen = loss + self._noise * self._scale * STANDARD_NORMAL.inv_cdf(uniform) if self._noise else loss
        return Epoch((epoch, loss), {"loss": seen}, self._seconds(config) / cpus, noise_free=loss)


def load(data: str, train_size: int, data_dir: str | None) -> dict[str, Any]:
    """Return the noise of the curves, and whether epochs take real seconds."""
    return {PACED: np.array(float(data == PACED)), "noise": np.array(NOISES[data])}


def task(
    name: str,
    summary: str,
    *,
    space: Callable[[], Mapping[str, Any]],
    instances: Instances,
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

    Each repetition is an instance of the function (``_instances``): a searcher meets the same one in a
    repetition as all others do.

    Its module must call it ``Trial``; for several in one module, ``place`` is the module and the name there.

    ``minimum`` is that of every instance, or the smallest value known.  For ``start``, ``scale`` and
    ``seconds`` see ``SyntheticCurves``; by default every parameter is mutable.
    """

    def curves(place: Place) -> SyntheticCurves:
        noise = float(place.arrays.get("noise", NOISES["subset"]))
        function = instances(place.repetition)
        return SyntheticCurves(function, start=start, scale=scale, place=place, noise=noise, seconds=seconds)

    module, attribute = place
    names = {"__module__": module or instances.__module__, "__doc__": summary, "curves": staticmethod(curves)}
    return trainable(
        name,
        summary,
        space=space,
        load=load,
        datasets=tuple(NOISES),
        sized=False,
        curves=curves,
        constants=FunctionReference(
            instances, space, minimum=minimum, start=start, scale=scale, seconds=seconds
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
