"""Budgets, and the incumbents of all experiments when a budget was spent."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from results.compare.run import Run
from results.compare.scores import score
from results.compare.speedup import beside_random
from results.compare.spending import epochs_within
from results.errors import ResultsError
from results.quantities import SECONDS
from results.types import Axis, Floats

#: Unit of a budget -> its axis, and the unit in words.
_UNITS: dict[str, tuple[Axis, str]] = {
    "s": ("clock", "s"),
    "m": ("clock", "min"),
    "h": ("clock", "h"),
    "e": ("epochs", "epochs"),
    "t": ("trials", "trials"),
    "x": ("trainings", "full trainings"),
}


class Budget(NamedTuple):
    """The most that an experiment may spend.

    Attributes:
        axis: "clock" (seconds of the engine's clock), "epochs" (over all trials), "trials" that have ended
            (completed, stopped, ended by themselves, failed, cut, or paused for good), or "trainings":
            seconds of training over all trials, in units of a full training of the task.
        amount: above 0, in that unit.
        text: for people, such as "30 min" or "500 epochs".
    """

    axis: Axis
    amount: float
    text: str


#: No bound: what every experiment had found at its end.
WHOLE = Budget("epochs", math.inf, "all that was run")


def parse(text: str) -> Budget:
    """Return the budget that ``90s``, ``30m``, ``2h``, ``500e``, ``64t`` or ``50x`` stands for.

    Those are a time, epochs, trials, and full trainings of the task.

    Raises:
        ValueError: if it is none of these, or not above 0.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhetx])", text.strip())
    if not match or not float(match[1]) > 0:
        raise ValueError(
            f"{text!r} is not a budget; give a time (90s, 30m, 2h), epochs (500e), ended trials "
            "(64t) or full trainings (50x)"
        )
    axis, name = _UNITS[match[2]]
    if axis in ("epochs", "trials") and not float(match[1]).is_integer():
        raise ValueError(f"{text!r} is not a budget: {name} come whole")
    return Budget(axis, float(match[1]) * SECONDS.get(match[2], 1.0), f"{match[1]} {name}")


def at_budget(run: Run, budget: Budget) -> pd.DataFrame:
    """Return the experiments that are ok, as far as they were when the budget was spent.

    An experiment that ended earlier has found by then what it had at its end.

    Returns:
        The columns of ``run.experiments``, and

        - value: the incumbent's metric at the budget, NaN if there was none yet;
        - score: the same as a score, NaN also if the task's baseline or optimum is unknown;
        - ended: whether the experiment had ended before the budget was spent;
        - noise_free, test: the incumbent's metric without noise, and its test metric, where known;
        - judged: the noise-free value where it is known, else the validated one, on which rest:
        - share, speed_up, speed_up_at_least, speed_up_clock, regret, failure: of
          ``results.compare.speedup.beside_random``, null where the task's distribution of random
          configurations is unknown.

    Raises:
        ResultsError: if no experiment is ok.
    """
    ok = run.experiments[run.experiments["status"] == "ok"]
    if ok.empty:
        raise ResultsError(
            f"none of {len(run.experiments)} experiments is ok, so that there is nothing to rank"
        )
    reached = _at_end(ok) if budget.amount == math.inf else _while_running(run, ok, budget)
    judged = np.where(np.isnan(reached.noise_free), reached.value, reached.noise_free)
    rows = ok.assign(
        value=reached.value,
        score=score(reached.value, _numbers(ok, "baseline"), _numbers(ok, "optimum")),
        ended=reached.ended,
        noise_free=reached.noise_free,
        test=reached.test,
        judged=judged,
    )
    epochs = epochs_within(run, budget.axis, budget.amount)
    return pd.concat([rows, beside_random(ok, judged, epochs, reached.wall)], axis="columns")


class _Reached(NamedTuple):
    """Incumbents when a budget was spent; each of shape (experiments,).

    Attributes:
        value, noise_free, test: metrics of the incumbent; NaN where unknown.
        ended: whether the experiment had ended.
        wall: seconds of the clock that were spent; NaN where unknown.
    """

    value: Floats
    noise_free: Floats
    test: Floats
    ended: NDArray[np.bool_]
    wall: Floats


def _at_end(ok: pd.DataFrame) -> _Reached:
    value, noise_free, test = (_numbers(ok, name) for name in ("best", "noise_free", "test"))
    return _Reached(value, noise_free, test, np.ones(len(ok), dtype=bool), _numbers(ok, "wall_s"))


def _while_running(run: Run, ok: pd.DataFrame, budget: Budget) -> _Reached:
    curves = run.curves(budget.axis)
    value, noise_free, test = (curves.at([budget.amount], name)[:, 0] for name in ("", "noise_free", "test"))
    ends, wall = np.nan_to_num(curves.ends), _numbers(ok, "wall_s")
    on_clock = budget.axis == "clock"
    if on_clock:
        ends = np.fmax(ends, wall)
    ended = ends < budget.amount
    # When budgets other than the clock's were spent is not known.
    wall = np.where(ended, wall, budget.amount if on_clock else np.nan)
    # Tested is only the incumbent at the end, where training is real.
    last = np.isnan(test) & (value == _numbers(ok, "best"))
    test = np.where(last, _numbers(ok, "test"), test)
    return _Reached(value, noise_free, test, ended, wall)


def _numbers(rows: pd.DataFrame, name: str) -> Floats:
    """Return a column as floats, NaN where it is null."""
    if name not in rows:
        return np.full(len(rows), np.nan)
    return rows[name].to_numpy(dtype=np.float64, na_value=np.nan)
