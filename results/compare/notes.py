"""Notes of a comparison: what a ranking leaves out, or takes instead of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from results.compare import nesting
from results.compare.scores import CLIPPED
from results.store import parts
from results.store.schema import LEAST_RECALL

if TYPE_CHECKING:
    from results.compare.comparison import Comparison


def notes(comparison: Comparison) -> list[str]:
    """Return a note on each thing that a ranking leaves out or takes instead of another."""
    alone = (
        "task {} has no known baseline and optimum (tunegrid constants measures them); it is ranked alone, "
        "by its metric"
    )
    unscored = not comparison.scored and not comparison.doubled
    clipped = comparison.scored and len(comparison.complete.task_names) > 1
    return [
        *_of_early_ends(comparison),
        *comparison.complete.notes,
        *parts.told(comparison.experiments),
        *parts.known(comparison.experiments),
        *vague_tables(comparison.experiments),
        *filter(None, [nesting.note(comparison.complete.combinations, comparison.nested)]),
        *comparison.others.values(),
        *([alone.format(task) for task in comparison.tasks] if unscored else []),
        *([CLIPPED] if clipped else []),
    ]


def low_recalls(experiments: pd.DataFrame) -> dict[str, float]:
    """Return the recall of each task whose curves come from a model that does not know the best of them."""
    if "table_recall" not in experiments:  # made before the column
        return {}
    recalls = experiments.groupby("trainable")["table_recall"].min()
    return {str(task): float(recall) for task, recall in recalls[recalls < LEAST_RECALL].items()}


def vague_tables(experiments: pd.DataFrame) -> list[str]:
    """Return a note for each task of ``low_recalls``."""
    return [
        f"curves of {task}: the model of its recorded table finds {recall:.0%} of the best 1 % of the "
        "configurations that are left out of it, so it cannot tell which of the best combinations is better"
        for task, recall in low_recalls(experiments).items()
    ]


def _of_early_ends(comparison: Comparison) -> list[str]:
    ended = comparison.ended_early
    count = int(ended.sum())
    if not count or comparison.budget.amount == np.inf:  # all that was run counts, whatever it is
        return []
    which = "all" if count == len(ended) else f"{count} of {len(ended)}"
    return [
        f"the budget lies beyond what was run: {which} experiments ended before; their last incumbents count"
    ]
