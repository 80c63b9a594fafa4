"""Incumbents of one experiment on the virtual engine, by epochs and by the clock."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from benchmarks.engines.common.outcome import Row
from benchmarks.engines.common.tune_job import quiet
from benchmarks.engines.virtual.preloaded import load_here
from benchmarks.fidelity.runs import virtually
from benchmarks.suite.experiment import Experiment
from benchmarks.suite.registry import TRAINABLES
from results.compare.scores import score
from results.store.schema import metric_column
from scripts.claims.experiments import measure

Axis = Literal["epochs", "clock"]


@dataclass(frozen=True)
class Search:
    """What one experiment had found, and when; each list has an entry for every new incumbent.

    Attributes:
        epochs: spent over all trials by then.
        clock: seconds by then.
        value: the tuned metric.
        beside: the test metric (tables) or the metric without noise (functions); NaN where it is unknown.
        trial: the incumbent's number.
        spent: epochs over all trials, to the end.
        seconds: on the clock, to the end.
        first, first_beside: the best result of the first configuration, and the other metric there.
        baseline, optimum: the values that score 0 and 100.
    """

    epochs: list[int]
    clock: list[float]
    value: list[float]
    beside: list[float]
    trial: list[int]
    spent: int
    seconds: float
    first: float
    first_beside: float
    baseline: float
    optimum: float

    def at(self, budget: float, axis: Axis = "epochs") -> tuple[float, float]:
        """Return value and other metric of the incumbent when the budget was spent; NaN before the first."""
        reached: list[Any] = getattr(self, axis)
        place = int(np.searchsorted(np.asarray(reached), budget, side="right")) - 1
        return (self.value[place], self.beside[place]) if place >= 0 else (math.nan, math.nan)

    def time_to(self, target: float, sign: float) -> float:
        """Return the seconds after which a target was reached; infinity if it was not."""
        there = [c for c, v in zip(self.clock, self.value, strict=True) if sign * v >= sign * target]
        return there[0] if there else math.inf

    def score(self, value: float) -> float:
        """Return a value of the tuned metric on the scale of 0 (baseline) to 100 (best known)."""
        return float(score(value, self.baseline, self.optimum))


def searches(name: str, cases: list[dict[str, Any]]) -> list[Search]:
    """Return what the experiments found whose fields are ``cases``, in order; see ``measure``."""
    return [Search(**found) for found in measure(name, search, cases)]


def search(case: dict[str, Any]) -> dict[str, Any]:
    """Run the experiment of these fields; return its Search as a dictionary.

    Raises:
        RuntimeError: if it is not ok, which a claim without it would not show.
    """
    experiment = Experiment(**case)
    quiet()
    load_here([experiment.searcher], [experiment.scheduler], [])
    outcome = virtually(experiment)
    if outcome.status != "ok":
        raise RuntimeError(f"{experiment.combination} on {experiment.trainable}: {outcome.row['reason']}")
    return asdict(summary(experiment.trainable, outcome.row, outcome.results))


def summary(trainable: str, row: Row, results: list[Row]) -> Search:
    """Return the incumbents of an experiment's rows, which are in the order of their results."""
    spec = TRAINABLES[trainable]
    metric, sign = metric_column(spec.metric), 1.0 if spec.mode == "max" else -1.0
    other = metric_column(spec.test_metric) if spec.test_metric else "noise_free"
    epochs, clock, value, beside, trial = [], [], [], [], []
    best = -math.inf
    for spent, result in enumerate(results, 1):
        if sign * (here := float(result.get(metric, math.nan))) > best:
            best = sign * here
            epochs.append(spent)
            clock.append(float(result["clock"]))
            value.append(here)
            beside.append(_number(result.get(other)))
            trial.append(int(result["trial_id"].removeprefix("t")))
    firsts = [r for r in results if r["trial_id"] == "t0000" and math.isfinite(r.get(metric, math.nan))]
    first = max(firsts, key=lambda r: sign * r[metric], default={})
    constants = [_number(row.get(name)) for name in ("baseline", "optimum")]
    ends = float(row["wall_s"])
    found = _number(first.get(metric)), _number(first.get(other))
    return Search(epochs, clock, value, beside, trial, len(results), ends, *found, *constants)


def _number(value: Any) -> float:
    return math.nan if value is None else float(value)
