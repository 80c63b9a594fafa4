"""Cost model of a recorded table: seconds of an epoch of the ordinary trainable, as a user would run it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.suite.session import Session
from benchmarks.suite.trainable_spec import TrainableSpec
from benchmarks.training.standalone import standalone
from benchmarks.training.trainers import Config

EPOCHS = 3  # of each configuration; the median counts


def time_epochs(spec: TrainableSpec, session: Session, configs: Sequence[Config]) -> list[float]:
    """Return the seconds of an epoch, validation included, of each configuration; on one thread."""
    seconds = []
    standalone(spec, configs[0], session).step()  # imports and caches
    for config in configs:
        trial, times = standalone(spec, config, session), []
        for _ in range(EPOCHS):
            start = time.perf_counter()
            trial.step()
            times.append(time.perf_counter() - start)
        seconds.append(statistics.median(times))
    return seconds


def cost_model(points: npt.NDArray[Any], seconds: Sequence[float]) -> dict[str, Any]:
    """Return log seconds as a polynomial of the encoded configuration, without mixed terms.

    Args:
        points: shape (n, columns), encoded configurations.
        seconds: of each.

    Returns:
        "coefficients": of 1, the columns, their squares; "r2": on configurations left out one after another;
        "configs": how many were timed, "median_seconds" of them.
    """
    terms, target = polynomial(points), np.log(seconds)

    def solve(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
        ridge = 1e-3 * np.eye(terms.shape[1])
        ridge[0, 0] = 0
        used = terms[rows]
        solved: npt.NDArray[Any] = np.linalg.solve(used.T @ used + ridge, used.T @ target[rows])
        return solved

    everyone = np.arange(len(target))
    missed = [target[i] - terms[i] @ solve(everyone[everyone != i]) for i in everyone]
    r2 = 1 - float(np.sum(np.square(missed)) / max(1e-12, np.sum((target - target.mean()) ** 2)))
    coefficients = solve(everyone)
    if r2 <= 0:  # the configuration does not matter; a polynomial would only add noise
        coefficients, r2 = np.eye(1, terms.shape[1])[0] * np.median(target), 0.0
    return {"coefficients": coefficients.tolist(), "r2": r2, "configs": len(seconds)} | {
        "median_seconds": float(np.median(seconds))
    }


def polynomial(points: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return 1, the columns and their squares, shape (n, 1 + 2 * columns)."""
    return np.column_stack([np.ones(len(points)), points, np.square(points)])
