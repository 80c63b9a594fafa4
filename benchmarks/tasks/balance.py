"""Balance of two sets of tasks: how far apart the means of their features are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.tasks.families import is_function
from benchmarks.tasks.task_features import TaskFeatures
from results.types import Floats

#: Standard deviations by which the means of a feature may be apart, since families stay whole.
TOLERANCE = 0.75
LEAST_SHARE = 0.4  # of the tasks, in either set
_LOGARITHMIC = ("epochs", "cost_spread", "seconds")
_PLAIN = ("noise", "rank_first", "rank_third", "diverged", "effective_dimensions", "top")
#: What is balanced, in the order of the columns of ``standardised``.
BALANCED = (
    *("dimensions", "log_floats", "linear_floats", "integers", "categories", "conditions"),
    *_LOGARITHMIC,
    *_PLAIN,
    *("has_curves", "is_function"),
)


def standardised(tasks: Mapping[str, TaskFeatures]) -> Floats:
    """Return the features of tasks, shape (tasks, features), each of mean 0 and variance 1.

    Hyperparameters of a kind count as a share of the dimensions; epochs, cost spread and seconds by their
    logarithm.  What is unknown is 0, which is the mean; so is a feature that all tasks share.
    """
    rows = np.array([_row(name, features) for name, features in tasks.items()], dtype=np.float64)
    known = np.isfinite(rows)
    counts = np.maximum(known.sum(0), 1)
    centred = np.where(known, rows - np.where(known, rows, 0).sum(0) / counts, 0.0)
    spread = np.sqrt((centred**2).sum(0) / counts)
    scaled: Floats = centred / np.where(spread > 1e-12, spread, 1.0)
    return scaled


def _row(name: str, features: TaskFeatures) -> list[float]:
    f = features._asdict()
    shares = [f[kind] / max(1, features.dimensions) for kind in BALANCED[1:6]]
    logs = [math.log(f[key]) if f[key] else math.nan for key in _LOGARITHMIC]
    plain = [math.nan if f[key] is None else float(f[key]) for key in _PLAIN]
    has = float(features.epochs is not None)
    return [float(features.dimensions), *shares, *logs, *plain, has, float(is_function(name))]


def distances(points: Floats, first: NDArray[np.bool_]) -> Floats:
    """Return how far apart the means of two sets are, in standard deviations, shape (features,).

    Args:
        points: of ``standardised``.
        first: shape (tasks,), which tasks are of the first set; both sets have some.
    """
    apart: Floats = np.abs(points[first].mean(0) - points[~first].mean(0))
    return apart


def imbalances(tasks: Mapping[str, TaskFeatures], first: Sequence[str]) -> list[str]:
    """Return what is out of balance between ``first`` and the other tasks, a line each; nothing if all is."""
    inside = np.array([name in first for name in tasks])
    lines = []
    share = float(inside.mean())
    if not LEAST_SHARE <= share <= 1 - LEAST_SHARE:
        lines.append(f"{share:.0%} of the tasks are in one set")
    for name, apart in zip(BALANCED, distances(standardised(tasks), inside), strict=True):
        if apart > TOLERANCE:
            lines.append(f"{name}: the means are {apart:.2f} standard deviations apart")
    return lines
