"""Area over the convergence curve: one number for the whole of an incumbent's course, from 0 to 1.

IOHprofiler's AOCC (Lopez-Ibanez, Vermetten, Dreo and Doerr, arXiv 2404.02031): the mean over the budget of
how far the regret, on its log scale with fixed bounds, is below its upper bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from results.compare.curves import Curves
from results.compare.scores import anytime
from results.compare.speedup import log_regret, typical_values
from results.statistics.steps import Steps
from results.store.fields import UNBOUNDED_TRIALS
from results.types import Axis, Floats

if TYPE_CHECKING:
    from results.compare.comparison import Comparison


def regrets(comparison: Comparison, axis: Axis) -> Curves:
    """Return the regret of the incumbents of ``comparison.outcomes``, which is 1 before the first of them.

    On its log scale (``results.compare.speedup.log_regret``), by the noise-free value where it is known, else
    by the validated one.  NaN where the task's random configurations are unknown.
    """
    rows = comparison.outcomes
    curves = comparison.run.curves(axis).only(rows["key"])
    optimum = rows["optimum"].to_numpy(dtype=np.float64, na_value=np.nan)
    unit = typical_values(rows) - optimum
    known = curves.also["noise_free"]
    return curves.mapped(
        lambda y, which: log_regret((np.where(np.isnan(known), y, known) - optimum[which]) / unit[which])
    )


def course(comparison: Comparison, axis: Axis) -> Curves:
    """Return the values in time: of speed-ups, which fall as more is spent, the regrets instead."""
    return regrets(comparison, axis) if comparison.doubled else comparison.curves(axis)


def areas(comparison: Comparison) -> Floats:
    """Return the area over the convergence curve of each row of ``comparison.outcomes``, shape (rows,).

    1 minus the mean of the incumbent's regret (``regrets``) over the epochs of the budget, all trials trained
    to their end; before the first result the regret is 1, and after the last one it stays.
    """
    rows = comparison.outcomes
    curves = regrets(comparison, "epochs")
    asked = (rows["trials"] * rows["epochs"]).to_numpy(dtype=np.float64)
    # Where time alone decides, the longest experiment says how many epochs there are.
    alone = (rows["trials"] == UNBOUNDED_TRIALS).to_numpy(dtype=bool)
    ends = np.where(alone, np.nanmax(curves.ends, initial=1.0), asked)
    found = np.full(len(rows), np.nan)
    for place in range(len(rows)):
        steps = slice(curves.starts[place], curves.starts[place + 1])
        course = Steps(curves.x[steps], 1 - curves.y[steps])
        if not np.isnan(course.y).any():
            found[place] = anytime(course, 0.0, float(ends[place]))
    return found
