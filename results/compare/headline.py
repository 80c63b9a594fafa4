"""The headline of a comparison: speed-up over random search, regret and failure rate of each combination.

None of the three can be moved far by one run or by a task's scale: speed-ups are averaged as logarithms,
regrets lie between 0 and 1, and a failure counts once.  Each has an interval, per task and over tasks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from results.compare.convergence import areas
from results.compare.ranking import single
from results.numerals import significant
from results.statistics import stratified
from results.statistics.stopping import wilson
from results.statistics.stratified import stratified_mean
from results.types import Floats

if TYPE_CHECKING:
    from results.compare.comparison import Comparison

#: What the intervals are, for captions.
INTERVALS = f"{stratified.INTERVALS}, of the logarithm for speed-ups; of the failure rate Wilson's"


def headline(comparison: Comparison) -> pd.DataFrame:
    """Return a row for each combination whose tasks all have a distribution of random configurations.

    The fastest first; in the order of their names if a task has one repetition only.  Empty if there is none.

    Columns: searcher, scheduler; speed_up, speed_up_low, speed_up_high (geometric means); lower_bounds, of
    how many runs the speed-up is a lower bound; regret, regret_low, regret_high; area, area_low, area_high
    (``results.compare.convergence``); failures, runs, and failure, failure_low, failure_high, the rate.  Of
    one task also validated, the metric; noise_free, test; and optimism, by how much validated is better than
    test, with optimism_low and optimism_high: all in the unit of the metric, NaN where unknown.
    """
    rows = comparison.outcomes
    logs, regret = np.log(_floats(rows["speed_up"])), _floats(rows["regret"])
    means = {"speed_up": stratified_mean(comparison.cube(logs))} if len(rows) else {}
    if not means or not np.isfinite(means["speed_up"].mean).any():
        return pd.DataFrame(columns=["searcher", "scheduler"])
    means["regret"] = stratified_mean(comparison.cube(regret))
    means["area"] = stratified_mean(comparison.cube(areas(comparison)))
    if len(comparison.tasks) == 1:
        validated, test = _floats(rows["validated"]), _floats(rows["test"])
        means |= {
            "validated": stratified_mean(comparison.cube(validated)),
            "noise_free": stratified_mean(comparison.cube(_floats(rows["noise_free"]))),
            "test": stratified_mean(comparison.cube(test)),
            "optimism": stratified_mean(comparison.cube(_sign(rows) * (validated - test))),
        }
    columns: dict[str, Any] = {
        "searcher": [searcher for searcher, _ in comparison.combinations],
        "scheduler": [scheduler for _, scheduler in comparison.combinations],
    }
    for name, three in means.items():
        mean, low, high = (np.exp(part) if name == "speed_up" else part for part in three)
        columns |= {name: mean, f"{name}_low": low, f"{name}_high": high}
    frame = pd.DataFrame(columns | _counts(comparison))
    known: pd.DataFrame = frame[np.isfinite(frame["speed_up"])]
    if single(comparison):
        return known.reset_index(drop=True)
    ordered: pd.DataFrame = known.sort_values("speed_up", ascending=False, kind="stable")
    return ordered.reset_index(drop=True)


def in_words(row: Any) -> str:
    """Return the headline of one combination, a row of ``headline``, as a sentence without a full stop."""
    least = "at least " if row["lower_bounds"] else ""
    speed, low, high = (float(row[name]) for name in ("speed_up", "speed_up_low", "speed_up_high"))
    search = "random search with full training needs on average"
    fewer, more = significant(speed, 2), significant(1 / speed, 2)
    if fewer == "1" or more == "1":
        compute = f"as many epochs{limits_in_words(low, high)} as {search}"
    elif speed > 1:
        compute = f"{least}{fewer} times fewer epochs{limits_in_words(low, high)} than {search}"
    else:
        compute = f"{more} times more epochs{limits_in_words(1 / high, 1 / low)} than {search}"
    if low <= 1 <= high:
        compute += " (the interval holds 1: it may be no faster)"
    return (
        f"{row['searcher']} x {row['scheduler']} finds what it finds with {compute}; "
        f"{int(row['failures'])} of {int(row['runs'])} runs ended no better than one random configuration "
        "does in the median"
    )


def limits_in_words(low: float, high: float) -> str:
    """Return an interval as `` [low, high]`` with two digits; empty if it is unknown."""
    return f" [{significant(low, 2)}, {significant(high, 2)}]" if np.isfinite(low) else ""


def _counts(comparison: Comparison) -> dict[str, Any]:
    """Return counts of failures and of lower bounds, and the failure rate with its interval."""
    rows = comparison.outcomes
    failed = comparison.cube(_floats(rows["failure"])).reshape(-1, len(comparison.combinations))
    bounds = np.nansum(comparison.cube(_floats(rows["speed_up_at_least"])), axis=(0, 1))
    failures, runs = np.nansum(failed, axis=0), np.isfinite(failed).sum(axis=0)
    rates = [wilson(int(k), int(n)) if n else (np.nan,) * 3 for k, n in zip(failures, runs, strict=True)]
    rate, low, high = np.array(rates, dtype=np.float64).reshape(-1, 3).T
    return {
        "lower_bounds": bounds.astype(int),
        "failures": failures.astype(int),
        "runs": runs,
        "failure": rate,
        "failure_low": low,
        "failure_high": high,
    }


def _sign(rows: pd.DataFrame) -> Floats:
    return np.where(rows["mode"] == "max", 1.0, -1.0)


def _floats(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
