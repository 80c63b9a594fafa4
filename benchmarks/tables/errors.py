"""How far a table's model is from recorded curves that it has not seen."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.tables.model import fit
from benchmarks.tables.surface import Floats, Scales

FOLDS = 5
SHOWN = (1, 3, 9, 27, 81)  # epochs


def held_out(points: Floats, curves: Floats, scales: Scales, generator: np.random.Generator) -> Floats:
    """Return what the model expects of each configuration when a fifth, with it, is left out."""
    fold = generator.permutation(len(points)) % FOLDS
    expected = np.empty_like(curves)
    for left_out in range(FOLDS):
        away = fold == left_out
        fitted = fit(points[~away], curves[~away], scales, generator)
        expected[away] = fitted.predict(points[away])
    return expected


def errors(actual: npt.NDArray[Any], expected: npt.NDArray[Any], maximised: bool) -> dict[str, Any]:
    """Return how well the tuned metric is predicted.

    Args:
        actual, expected: shape (configurations, epochs).

    Returns:
        By epoch, R2 and Spearman's rank correlation; and of the last epoch the top-1 % recall: which share
        of the best 1 % (at least 1) of the configurations are among the best 1 % expected.
    """
    from scipy.stats import spearmanr

    epochs = sorted({epoch for epoch in (*SHOWN, actual.shape[1]) if epoch <= actual.shape[1]})
    by_epoch = {}
    for epoch in epochs:
        a, e = actual[:, epoch - 1], expected[:, epoch - 1]
        r2 = 1 - float(np.sum((a - e) ** 2) / np.sum((a - a.mean()) ** 2))
        by_epoch[str(epoch)] = {"r2": round(r2, 4), "spearman": round(float(spearmanr(a, e).statistic), 4)}
    sign = 1 if maximised else -1
    count = max(1, round(len(actual) / 100))
    best = set(np.argsort(-sign * actual[:, -1], kind="stable")[:count].tolist())
    seen = set(np.argsort(-sign * expected[:, -1], kind="stable")[:count].tolist())
    return {"by_epoch": by_epoch, "top_1_percent_recall": round(len(best & seen) / count, 4), "top": count}
