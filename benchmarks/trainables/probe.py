"""Artificial learning curves for the compatibility probe; they measure nothing.

Three of them: as they are, as a loss to be minimised, and with a third of the trials failing.  With the data
"mirrored" they are upside down under the same seeds: what a searcher then proposes differs by what it has
learned alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from ray import tune

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Epoch, Place
from benchmarks.suite.registry import Capability, trainable
from benchmarks.trainables._simulated import PACED, Simulated

RISE = 0.4  # of what is left to gain, each epoch


def space() -> dict[str, Any]:
    """A logarithmic, a linear, an integer and a categorical hyperparameter."""
    return {
        "lr": tune.loguniform(1e-4, 1.0),
        "momentum": tune.uniform(0.0, 0.9),
        "units": tune.randint(4, 65),
        "activation": tune.choice(["relu", "tanh"]),
    }


def quality(config: Mapping[str, Any]) -> float:
    """Return where a configuration's curve ends, in [0, 1]; best at a learning rate of 0.01."""
    off: float = abs(math.log10(config["lr"]) + 2) / 2
    small: float = (64 - config["units"]) / 60
    momentum: float = config["momentum"]
    again: float = 0.05 * config.get("__trial_index__", 0)  # trained once more, a repeater's trial differs
    relu: bool = config["activation"] == "relu"
    return 1 - again - 0.6 * off - 0.2 * momentum - 0.15 * small - 0.02 * relu


def load(data: str, train_size: int, data_dir: str | None) -> dict[str, Any]:
    """Return which way up the curves are, and whether they take their time."""
    return {"mirrored": np.array(data == "mirrored"), PACED: np.array(float(data == PACED))}


class ProbeCurves(CurveModel):
    """A score that rises towards the quality of the configuration that trains it.

    An epoch costs a fifth of a second to a second, by the units, and on n CPUs an n-th of that.  The state is
    (epoch, score).
    """

    def __init__(self, place: Place) -> None:
        self._mirrored = bool(place.arrays.get("mirrored", False))

    def start(self, config: Mapping[str, Any]) -> tuple[int, float]:
        return 0, 0.0

    def step(self, state: tuple[int, float], config: Mapping[str, Any], cpus: float) -> Epoch:
        epoch, score = state
        goal = quality(config)
        score += RISE * ((1 - goal if self._mirrored else goal) - score)
        cost = (0.2 + 0.8 * config["units"] / 64) / cpus
        return Epoch((epoch + 1, score), {"score": score, "cpus": cpus}, cost)


class LossCurves(ProbeCurves):
    """The same as a loss."""

    def step(self, state: tuple[int, float], config: Mapping[str, Any], cpus: float) -> Epoch:
        after, metrics, cost = super().step(state, config, cpus)
        return Epoch(after, metrics | {"score": -metrics["score"]}, cost)


class FailingCurves(ProbeCurves):
    """The same, but a third of the trials fails at once or after an epoch."""

    def step(self, state: tuple[int, float], config: Mapping[str, Any], cpus: float) -> Epoch:
        fate = derive("fate", {name: config[name] for name in ("units", "activation")})
        if fate % 3 == 0 and state[0] == fate // 3 % 2:
            raise ValueError("planted fault")
        return super().step(state, config, cpus)


OFFERS: dict[str, Any] = {
    "space": space,
    "sized": False,
    "load": load,
    "datasets": ("subset", "mirrored", PACED),
    "metric": "score",
    "mode": "max",
    "mutable": ("lr", "momentum"),
    "provides": frozenset({Capability.CHECKPOINTS, Capability.MUTABLE, Capability.MORE_CPUS}),
    "chance": False,
    "hidden": True,
}


@trainable("probe", "made-up learning curves that cost nothing", curves=ProbeCurves, **OFFERS)
class Probe(Simulated):
    curves = ProbeCurves


@trainable(
    "probe-min",
    "the probe's curves as a loss",
    curves=LossCurves,
    seeds_of="probe",
    **OFFERS | {"mode": "min"},
)
class Loss(Simulated):
    curves = LossCurves


@trainable(
    "probe-failing",
    "the probe's curves; a third of the trials fails at once or after an epoch",
    curves=FailingCurves,
    **OFFERS,
)
class Failing(Simulated):
    curves = FailingCurves
