"""Free order: distances between real and virtual runs, each with its own order of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from benchmarks.core.seeding import SEED_BITS, derive
from benchmarks.curves.model import CurveModel, Epoch
from benchmarks.engines.common.outcome import Outcome
from benchmarks.engines.virtual.execution import VirtualExecution

Times = dict[tuple[str, int], float]


@dataclass(frozen=True)
class Distance:
    """Distance between two runs of the same trials.

    Attributes:
        order: Kendall's tau between the orders of arrival of the results that both have.
        error: median of the absolute differences of their times, seconds.
        stops: the numbers of trials that ended after the same epoch, and in all.
    """

    order: float
    error: float
    stops: tuple[int, int]


def times(outcome: Outcome) -> Times:
    """Return the time of each result since the first one, in seconds."""
    clocks = {(str(row["trial_id"]), int(row["epoch"])): float(row["clock"]) for row in outcome.results}
    first = min(clocks.values(), default=0.0)
    return {which: when - first for which, when in clocks.items()}


def distance(one: Outcome, other: Outcome) -> Distance:
    """Compare two runs of the same configurations."""
    first, second = times(one), times(other)
    common = sorted(first.keys() & second.keys())
    a: npt.NDArray[np.float64] = np.array([first[which] for which in common])
    b: npt.NDArray[np.float64] = np.array([second[which] for which in common])
    ends = [{trial["trial_id"]: trial["epochs"] for trial in run.trials} for run in (one, other)]
    same = sum(ends[1].get(name) == epochs for name, epochs in ends[0].items())
    tau = float(stats.kendalltau(a, b).statistic) if len(common) > 1 else float("nan")
    return Distance(tau, float(np.median(np.abs(a - b))), (same, len(ends[0])))


class OtherCosts(CurveModel):
    """A control: the same curves, each epoch with the cost of another configuration, 0.5 to 2 seconds."""

    def __init__(self, model: CurveModel) -> None:
        self._model = model

    def start(self, config: Mapping[str, Any]) -> Any:
        return self._model.start(config)

    def step(self, state: Any, config: Mapping[str, Any], cpus: float) -> Epoch:
        uniform = derive("other cost", dict(config)) / 2**SEED_BITS
        return self._model.step(state, config, cpus)._replace(cost=(0.5 + 1.5 * uniform) / cpus)


class Control(VirtualExecution):
    """The virtual engine with wrong costs; an agreement with it too shows nothing about time."""

    def model(self) -> CurveModel:
        return OtherCosts(super().model())
