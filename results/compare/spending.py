"""Epochs that experiments had spent when a budget was."""

from __future__ import annotations

import math

import numpy as np

from results.compare.run import Run
from results.types import Axis, Floats


def epochs_within(run: Run, axis: Axis, amount: float) -> Floats:
    """Return the epochs that each ok experiment had spent at a budget, in the order of their rows.

    Those that an earlier step spent (a replay's) count; NaN where a store does not say.

    Args:
        run: the tables.
        axis: "epochs", "clock", "trials" or "trainings".
        amount: of the budget on this axis; infinite for the whole experiment.
    """
    ok = run.experiments[run.experiments["status"] == "ok"]
    spent, before = (
        ok.reindex(columns=[name])[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("epochs_spent", "epochs_before")
    )
    before = np.nan_to_num(before)
    if axis == "epochs" or math.isinf(amount):
        whole: Floats = np.minimum(spent + before, amount)
        return whole
    places = run.places(axis)
    counted = [
        np.searchsorted(places[key], amount, side="right") if key in places else 0 for key in ok["key"]
    ]
    within: Floats = np.array(counted, dtype=np.float64) + before
    return within
