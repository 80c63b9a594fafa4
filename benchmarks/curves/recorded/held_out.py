"""Prediction errors of a table's model on held-out configurations."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.curves.recorded.surface import Floats, Scales
from benchmarks.curves.recorded.surrogate import fit

FOLDS = 5
SHOWN = (1, 3, 9, 27, 81)  # epochs


def held_out(points: Floats, curves: Floats, scales: Scales, generator: np.random.Generator) -> Floats:
    """Return the predicted curve of each configuration from a model without it and a fifth of the others."""
    fold = generator.permutation(len(points)) % FOLDS
    expected = np.empty_like(curves)
    for left_out in range(FOLDS):
        away = fold == left_out
        fitted = fit(points[~away], curves[~away], scales, generator)
        expected[away] = fitted.predict(points[away])
    return expected


def errors(seen: npt.NDArray[Any], expected: npt.NDArray[Any], maximised: bool) -> dict[str, Any]:
    """Return the prediction errors of the tuned metric.

    Args:
        seen: shape (configurations, seeds, epochs), as recorded.
        expected: shape (configurations, epochs), what the model expects.

    Returns:
        By epoch, R2 and Spearman's rank correlation with the mean over the seeds; and of the last epoch the
        top-1 % recall: which share of the best 1 % (at least 1) of the configurations are among the best 1 %
        expected.  Beside it the recall of one seed for the best of the others: more is luck.
    """
    from scipy.stats import spearmanr

    actual = seen.mean(1)
    epochs = sorted({epoch for epoch in (*SHOWN, actual.shape[1]) if epoch <= actual.shape[1]})
    by_epoch = {}
    for epoch in epochs:
        a, e = actual[:, epoch - 1], expected[:, epoch - 1]
        r2 = 1 - float(np.sum((a - e) ** 2) / np.sum((a - a.mean()) ** 2))
        by_epoch[str(epoch)] = {"r2": round(r2, 4), "spearman": round(float(spearmanr(a, e).statistic), 4)}
    last, signed = seen[:, :, -1], expected[:, -1]
    if not maximised:
        last, signed = -last, -signed
    count = max(1, round(len(actual) / 100))
    seeds = range(last.shape[1]) if last.shape[1] > 1 else ()
    by_a_seed = [recall(last[:, i], np.delete(last, i, axis=1).mean(1), count) for i in seeds]
    return {
        "by_epoch": by_epoch,
        "top_1_percent_recall": round(recall(signed, last.mean(1), count), 4),
        "recall_of_one_seed": round(float(np.mean(by_a_seed)), 4) if by_a_seed else None,
        "top": count,
    }


def recall(guess: npt.NDArray[Any], truth: npt.NDArray[Any], count: int) -> float:
    """Return which share of the ``count`` largest of ``truth`` are among the largest of ``guess``."""
    largest = [set(np.argsort(-side, kind="stable")[:count].tolist()) for side in (guess, truth)]
    return len(largest[0] & largest[1]) / count
