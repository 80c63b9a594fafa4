"""Seconds of training in units of a full training of the task, in which tasks and schedulers compare.

A full training is one random configuration trained for all of the budget's epochs.  How many seconds one
takes is stored with each experiment.  Where it was measured by the experiment's own trials it differs between
them, so the median of all experiments of a task counts for each.  Where none has it, since they are older, it
is what an experiment's own first trials took (``seconds_of_first``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from results.compare.result_rows import Rows, experiments_of
from results.store.full_training import seconds_of_first
from results.types import Floats

#: What of the results table these functions read.
OF_COSTS = ("key", "seq", "trial_id", "cost")
#: Experiments that agree in these have one unit.
ALIKE = ("trainable", "data", "train_size", "engine", "device", "epochs")
#: What of the experiments table; an older store lacks some.
OF_UNITS = ("key", "epochs", "epochs_before")


class TrainingUnits:
    """Seconds of a full training, and epochs of an earlier step, by experiment.

    Args:
        experiments: those that are ok, with the columns ``OF_UNITS``, ``ALIKE`` and ``training_s``.
    """

    def __init__(self, experiments: pd.DataFrame) -> None:
        rows = experiments.reindex(columns=[*dict.fromkeys((*OF_UNITS, *ALIKE)), "training_s"])
        seconds = rows["training_s"].astype(float).groupby([rows[name] for name in ALIKE], dropna=False)
        medians = seconds.transform("quantile", 0.5)  # of nothing too, without a warning
        known = rows[list(OF_UNITS)].assign(seconds=medians).itertuples(index=False)
        self._of: Mapping[str, tuple[int, int, float]] = {
            str(key): (int(epochs), 0 if pd.isna(before) else int(before), float(unit))
            for key, epochs, before, unit in known
            if not pd.isna(epochs)
        }

    def spent(self, key: str, rows: Rows) -> Floats:
        """Return how many full trainings had been spent with each result of an experiment, shape (results,).

        What an earlier step (a replay's) has spent counts by its epochs.  NaN where no cost is known.

        Args:
            key: of the experiment; one that is not known gives NaN.
            rows: its results, in the order in which they came, with ``trial_id`` and ``cost``.
        """
        epochs, before, seconds = self._of.get(key, (0, 0, math.nan))
        if "cost" not in rows or not epochs:
            return np.full(len(rows["seq"]), np.nan)
        cost = rows["cost"].astype(np.float64)
        if not seconds > 0:
            seconds = seconds_of_first(rows["trial_id"].tolist(), cost.tolist(), epochs)
        spent: Floats = np.cumsum(np.nan_to_num(cost)) / (seconds or math.nan) + before / epochs
        return spent


def training_places(tables: Iterable[pa.Table], units: TrainingUnits) -> dict[str, Floats]:
    """Return where the results of each experiment stand in full trainings; ascending."""
    return {key: units.spent(key, rows) for table in tables for key, rows, _ in experiments_of(table)}
