"""Budgets, and the incumbents of all experiments when a budget was spent."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from results.compare.run import Run
from results.compare.scores import score
from results.errors import ResultsError
from results.quantities import SECONDS
from results.types import Axis

#: Unit of a budget -> its axis, and the unit in words.
_UNITS: dict[str, tuple[Axis, str]] = {
    "s": ("clock", "s"),
    "m": ("clock", "min"),
    "h": ("clock", "h"),
    "e": ("epochs", "epochs"),
    "t": ("trials", "trials"),
}


class Budget(NamedTuple):
    """The most that an experiment may spend.

    Attributes:
        axis: "clock" (seconds of the engine's clock), "epochs" (over all trials) or "trials" that have ended
            (completed, stopped, ended by themselves, failed, cut, or paused for good).
        amount: above 0, in that unit.
        text: for people, such as "30 min" or "500 epochs".
    """

    axis: Axis
    amount: float
    text: str


#: No bound: what every experiment had found at its end.
WHOLE = Budget("epochs", math.inf, "all that was run")


def parse(text: str) -> Budget:
    """Return the budget that ``90s``, ``30m``, ``2h``, ``500e`` (epochs) or ``64t`` (trials) stands for.

    Raises:
        ValueError: if it is none of these, or not above 0.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhet])", text.strip())
    if not match or not float(match[1]) > 0:
        raise ValueError(
            f"{text!r} is not a budget; give a time (90s, 30m, 2h), epochs (500e) or ended trials (64t)"
        )
    axis, name = _UNITS[match[2]]
    if axis != "clock" and not float(match[1]).is_integer():
        raise ValueError(f"{text!r} is not a budget: {name} come whole")
    return Budget(axis, float(match[1]) * SECONDS.get(match[2], 1.0), f"{match[1]} {name}")


def at_budget(run: Run, budget: Budget) -> pd.DataFrame:
    """Return the experiments that are ok, as far as they were when the budget was spent.

    An experiment that ended earlier has found by then what it had at its end.

    Returns:
        The columns of ``run.experiments``, and

        - value: the incumbent's metric at the budget, NaN if there was none yet;
        - score: the same as a score, NaN also if the task's baseline or optimum is unknown;
        - ended: whether the experiment had ended before the budget was spent.

    Raises:
        ResultsError: if no experiment is ok.
    """
    ok = run.experiments[run.experiments["status"] == "ok"]
    if ok.empty:
        raise ResultsError(
            f"none of {len(run.experiments)} experiments is ok, so that there is nothing to rank"
        )
    best, baseline, optimum = (
        ok[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in ("best", "baseline", "optimum")
    )
    if budget.amount == math.inf:
        return ok.assign(value=best, score=score(best, baseline, optimum), ended=True)
    curves = run.curves(budget.axis)
    value = curves.at([budget.amount])[:, 0]
    ends = np.nan_to_num(curves.ends)
    if budget.axis == "clock":
        ends = np.fmax(ends, ok["wall_s"].to_numpy(dtype=np.float64, na_value=np.nan))
    return ok.assign(value=value, score=score(value, baseline, optimum), ended=ends < budget.amount)
