"""Paired differences of searches, on tasks with their margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from results.types import Floats
from scripts.claims.cells import Key, Sample
from scripts.claims.incumbents import Search
from scripts.claims.page import markdown
from scripts.claims.tasks import ClaimTask

#: Value and other metric of each repetition, shape (repetitions, 2).
Values = Floats


def ends(searches: Sequence[Search], budget: float = np.inf) -> Values:
    """Return what searches had found at a budget of epochs, shape (repetitions, 2)."""
    return np.array([search.at(budget) for search in searches], dtype=np.float64).reshape(-1, 2)


def both(task: ClaimTask, key: Key, difference: Values) -> tuple[dict[Key, Sample], dict[Key, Sample]]:
    """Return the samples of the tuned and, where it is known, of the other metric; positive is better.

    Args:
        difference: shape (repetitions, 2), in the metric's own direction.
    """
    signed = task.sign * difference
    known = bool(np.isfinite(signed[:, 1]).any())
    tuned, other = (Sample(signed[:, i], task.margin) for i in (0, 1))
    return {key: tuned}, {key: other} if known else {}


def collect(
    parts: Sequence[tuple[dict[Key, Sample], dict[Key, Sample]]],
) -> tuple[dict[Key, Sample], dict[Key, Sample]]:
    """Return the samples of several ``both`` as two tables."""
    tuned: dict[Key, Sample] = {}
    other: dict[Key, Sample] = {}
    for one, two in parts:
        tuned |= one
        other |= two
    return tuned, other


def scales(tasks: Sequence[ClaimTask], searches: Mapping[str, Search]) -> str:
    """Return a table of what the units mean: margin, an image, and the score beside them.

    Args:
        searches: any search of each task, for its constants.
    """
    rows = []
    for task in tasks:
        point = abs(searches[task.name].optimum - searches[task.name].baseline) / 100
        image = f"{1 / task.images:.4f} = {1 / task.images / point:.1f} points" if task.images else ""
        margin = f"{task.margin:.4g} = {task.margin / point:.1f} points"
        unit = "accuracy" if task.images else "loss"
        rows.append([task.name, unit, margin, image, f"{point:.2g}"])
    head = ["task", "unit", "margin", "one validation image", "one score point"]
    return markdown(head, rows)
