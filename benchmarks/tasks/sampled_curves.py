"""Learning curves of a fixed sample of random configurations of a task, as arrays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.core.seeding import derive
from benchmarks.curves.model import CurveModel, Place, reported
from benchmarks.spaces.encoding import Encoding
from benchmarks.suite.trainable_spec import TrainableSpec
from results.store.schema import NOISE_FREE
from results.types import Floats

SAMPLED = 1000  # configurations


@dataclass(frozen=True)
class SampledCurves:
    """Curves of configurations, in the first repetition.

    Attributes:
        points: shape (n, dimensions), in [0, 1]; in the middle where a configuration has
            no value, since it takes another branch.
        values: shape (n, epochs), the tuned metric; NaN from where a trial failed on.
        noise_free: shape (n,), the same after the last epoch without noise; NaN where it is unknown.
        again: shape (n,), the metric after the last epoch in the second repetition; NaN unless
            ``noise_free`` is unknown of all.
        seconds: shape (n,), of an epoch on one CPU; NaN if none ended.
        diverged: shape (n,), the trial failed, or a number that it reported last is none.
    """

    points: Floats
    values: Floats
    noise_free: Floats
    again: Floats
    seconds: Floats
    diverged: np.ndarray[Any, np.dtype[np.bool_]]


def sampled_curves(spec: TrainableSpec, epochs: int, count: int = SAMPLED) -> SampledCurves:
    """Return the curves of ``count`` random configurations of a task, which are the same in every call.

    Raises:
        ValueError: if it has no curves, or a space that cannot be encoded.
    """
    if spec.curves is None:
        raise ValueError(f"{spec.name} has no curves; give a task that has")
    encoding = Encoding(spec.space())
    chance = np.random.default_rng(derive("features", spec.name))
    configs = [encoding.draw(chance) for _ in range(count)]
    arrays = {} if spec.sized else spec.load(spec.datasets[0], 0, None)
    first = spec.curves(Place(spec.name, 0, arrays))
    trained = [_train(first, config, spec.metric, epochs) for config in configs]
    values = np.array([one.values for one in trained])
    noise_free = np.array([one.noise_free for one in trained])
    again = np.full(count, math.nan)
    if np.isnan(noise_free).all():
        second = spec.curves(Place(spec.name, 1, arrays))
        again = np.array([_train(second, config, spec.metric, epochs).values[-1] for config in configs])
    return SampledCurves(
        points=np.array([list(encoding.encode(config).values()) for config in configs], dtype=np.float64),
        values=values,
        noise_free=noise_free,
        again=again,
        seconds=np.array([one.seconds for one in trained]),
        diverged=np.array([one.diverged for one in trained]),
    )


@dataclass
class _Trained:
    values: list[float]
    noise_free: float = math.nan
    seconds: float = math.nan
    diverged: bool = False


def _train(model: CurveModel, config: dict[str, Any], metric: str, epochs: int) -> _Trained:
    """Return the curve of a configuration; one that fails goes no further, one that is done stays."""
    state, values, costs = model.start(config), list[float](), list[float]()
    last: dict[str, Any] = {}
    for _ in range(epochs):
        try:
            epoch = model.step(state, config, 1.0)
        except Exception:  # noqa: BLE001 - how a curve model lets a trial fail, which is what is counted here
            gone = [math.nan] * (epochs - len(values))
            return _Trained(values + gone, math.nan, _mean(costs), diverged=True)
        state, last = epoch[0], reported(epoch)
        costs.append(float(epoch[2]))
        values.append(float(last.get(metric, values[-1] if values else math.nan)))
        if last.get("done"):
            break
    values += [values[-1]] * (epochs - len(values))
    numbers = [value for value in last.values() if isinstance(value, int | float)]
    return _Trained(
        values, float(last.get(NOISE_FREE, math.nan)), _mean(costs), not all(map(math.isfinite, numbers))
    )


def _mean(costs: list[float]) -> float:
    return float(np.mean(costs)) if costs else math.nan
