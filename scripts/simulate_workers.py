"""Simulate stragglers and lost epochs, after Appendix A.1 of the ASHA paper (Li et al., arXiv 1810.05934).

    python scripts/simulate_workers.py [--repetitions 10]

25 workers, 243 configurations, rungs at 1, 3, 9, 27 and 81 epochs of 243, an epoch takes one unit of time.
Prints a Markdown table: the time until the first configuration has been trained to its end, by the standard
deviation of the stragglers and by the probability that a worker drops its epoch in a unit of time; mean and
standard error over the repetitions.

Two things differ from the paper's simulation: a straggler is drawn for each epoch, not for each job from rung
to rung, and a job that is dropped goes on from its last epoch, not from its start.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from ray import tune

from benchmarks.curves import CurveModel, Epoch, Place
from benchmarks.engines.job import quiet
from benchmarks.engines.virtual.preloaded import load
from benchmarks.experiment import Experiment
from benchmarks.fidelity.runs import virtually
from benchmarks.registry import Capability, trainable

SCHEDULERS = ("sha", "asha-promote", "asha")
STRAGGLERS = (0.0, 0.25, 0.5, 1.0, 2.0)
DROP_OUTS = (0.0, 1e-3, 1e-2)
EPOCHS, CONFIGURATIONS, WORKERS = 243, 243, 25


class UnitCurves(CurveModel):
    """A loss that is known from the first epoch on, one unit of time an epoch."""

    def __init__(self, place: Place) -> None:
        pass

    def start(self, config: Mapping[str, Any]) -> int:
        return 0

    def step(self, state: int, config: Mapping[str, Any], cpus: float) -> Epoch:
        return Epoch(state + 1, {"loss": config["loss"]}, 1.0)


@trainable(
    "unit-time",
    "a loss that never changes, one unit of time an epoch",
    space=lambda: {"loss": tune.uniform(0.0, 1.0)},
    curves=UnitCurves,
    metric="loss",
    mode="min",
    provides=frozenset({Capability.CHECKPOINTS}),
    hidden=True,
)
class UnitTime(tune.Trainable):
    """Trained by nobody."""


def first_end(scheduler: str, stragglers: float, drop_outs: float, repetition: int) -> float:
    """Return the time at which the first configuration has been trained to its end."""
    experiment = Experiment(
        *("unit-time", "random", scheduler),
        trials=CONFIGURATIONS,
        epochs=EPOCHS,
        workers=WORKERS,
        repetition=repetition,
        max_failures=-1,
    )
    outcome = virtually(experiment, stragglers=stragglers, drop_outs=drop_outs)
    assert outcome.status == "ok", outcome.row["reason"]
    return min(float(row["clock"]) for row in outcome.results if row["epoch"] == EPOCHS)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=10)
    args = parser.parse_args()
    quiet()
    load(["random"], list(SCHEDULERS), [])
    print("| stragglers | drop-outs | " + " | ".join(SCHEDULERS) + " |")
    print("|---|---|" + "---|" * len(SCHEDULERS))
    for drop_outs, stragglers in itertools.product(DROP_OUTS, STRAGGLERS):
        cells = []
        for scheduler in SCHEDULERS:
            ends = [first_end(scheduler, stragglers, drop_outs, r) for r in range(args.repetitions)]
            error = np.std(ends, ddof=1) / len(ends) ** 0.5 if len(ends) > 1 else np.nan
            cells.append(f"{np.mean(ends):.0f} ± {error:.0f}")
        print(f"| {stragglers:g} | {drop_outs:g} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
