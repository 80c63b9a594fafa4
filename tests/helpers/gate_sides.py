"""Sides of the gate with given scores, made in milliseconds: one experiment a cell and repetition."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from results.gate.finding import Finding
from results.gate.report import Report
from results.gate.sides import SETTING, Environment, StoredSide, plain
from results.store.fields import ADDED
from results.types import Floats

#: A part of a baseline that shipped before sides knew versions of trainables and files were sealed.
OLDER_BASELINE = Path(__file__).parents[1] / "gate" / "older_baseline.parquet"
TASKS, SEARCHERS, SCHEDULERS = ("branin", "levy"), ("random", "tpe", "cma"), ("asha", "fifo")
#: A score of 0 and of 100, in the metric, which is maximised.
BASELINE, OPTIMUM = 0.5, 0.9
MACHINE: Environment = {"cpu": "a processor", "cpus": 2, "gpu": "", "blas_threads": "1", "git": "aaa"}
E0 = MACHINE | {"packages": {"optuna": "5.0.0", "ray": "2.60.0"}}


def noise(seed: int, repetitions: int, sd: float = 10.0) -> Floats:
    """Return scores around 60, shape (cells, repetitions); those of a repetition and task are correlated."""
    rng = np.random.default_rng(seed)
    cells = len(TASKS) * len(SEARCHERS) * len(SCHEDULERS)
    shared = rng.normal(size=(len(TASKS), repetitions)).repeat(cells // len(TASKS), axis=0)
    return 60 + sd * (0.6 * shared + 0.8 * rng.normal(size=(cells, repetitions)))


def cells() -> list[tuple[str, str, str]]:
    """Return task, searcher and scheduler of each row of ``noise``."""
    return list(product(TASKS, SEARCHERS, SCHEDULERS))


def side(name: str, scores: Floats, environment: Environment | None = None, **columns: Any) -> StoredSide:
    """Return a side whose experiments have these scores.

    Args:
        name: of the side.
        scores: shape (cells, repetitions), the cells in the order of ``cells``.
        environment: where it ran; ``E0`` by default.
        columns: values for columns of the side, each of the shape of ``scores`` or one for all.
    """
    rows = [
        {
            "trainable": task,
            "searcher": searcher,
            "scheduler": scheduler,
            "repetition": repetition,
            "score": score,
        }
        for (task, searcher, scheduler), own in zip(cells(), scores, strict=True)
        for repetition, score in enumerate(own)
    ]
    frame = pd.DataFrame(rows)
    best = BASELINE + (OPTIMUM - BASELINE) * frame.pop("score") / 100
    given = {
        column: np.ravel(np.broadcast_to(np.asarray(value, dtype=object), scores.shape))
        for column, value in columns.items()
    }
    values: dict[str, Any] = {
        **{"device": "cpu", "trials": 8, "epochs": 9, "workers": 2, "data": "subset", "train_size": 0},
        **ADDED,
        **{"gpus_per_trial": 0.0, "engine": "virtual"},
        **{"status": "ok", "reason": "", "metric": "accuracy", "mode": "max"},
        **{"baseline": BASELINE, "optimum": OPTIMUM, "best": best, "best_epoch": 9, "trials_run": 8},
        **{"trials_stopped": 0, "epochs_spent": 72, "suggest_s": 0.5, "environment": "e", "overhead_s": 0.5},
        "test": best,
        "steps_epoch": [np.array([1, 40], np.int32)] * len(frame),
        "steps_metric": [np.array([0.1, value], np.float32) for value in best],
    }
    return StoredSide(name, plain(frame.assign(**(values | given))), {"e": environment or E0})


def shifted(stored: StoredSide, repetitions: int) -> StoredSide:
    """Return the side with other numbers of its repetitions, as if they were others'."""
    rows = stored.template
    return StoredSide(
        stored.name, rows.assign(repetition=rows["repetition"] + repetitions), stored.environments
    )


assert set(SETTING) <= set(side("a", noise(0, 1)).template.columns)


def finding(report: Report, quantity: str, name: str) -> Finding:
    """Return the finding on a quantity in the group of that name."""
    (one,) = [
        f for f in report.findings if (f.hypothesis.quantity.name, f.hypothesis.name) == (quantity, name)
    ]
    return one
