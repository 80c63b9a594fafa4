"""Best configurations and mean costs of combinations: epochs, clock time, seconds of suggesting."""

from __future__ import annotations

import json
import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.expenses import hours
from results.store.parts import Combination


class Cost(NamedTuple):
    """Mean cost of an experiment of a combination; NaN if unknown.

    Attributes:
        epochs: over all trials, with those of a step before it.
        clock: seconds on the engine's clock.
        suggesting: real seconds in the searcher.
        cpu_hours, gpu_hours: that its workers hold, by the engine's clock (``results.compare.expenses``).
    """

    epochs: float = math.nan
    clock: float = math.nan
    suggesting: float = math.nan
    cpu_hours: float = math.nan
    gpu_hours: float = math.nan


class Configuration(NamedTuple):
    """The best configuration that a combination found on a task.

    Attributes:
        value: of the metric; the best of many values that scatter, and so too good on average.
    """

    task: str
    metric: str
    value: float
    repetition: int
    config: dict[str, Any]


def costs(comparison: Comparison) -> dict[Combination, Cost]:
    """Return what a whole experiment of each combination took, whatever the comparison's budget is."""
    rows = comparison.outcomes
    cpu_hours, gpu_hours = hours(rows)
    spent = rows.assign(
        cpu_hours=cpu_hours,
        gpu_hours=gpu_hours,
        epochs_in_all=rows["epochs_spent"].astype(float) + rows["epochs_before"].astype(float).fillna(0),
    )
    columns = ["epochs_in_all", "wall_s", "suggest_s", "cpu_hours", "gpu_hours"]
    means = spent.groupby(["searcher", "scheduler"])[columns].mean()
    values = means.to_numpy(dtype=np.float64, na_value=np.nan).tolist()
    return {(str(a), str(b)): Cost(*row) for (a, b), row in zip(means.index, values, strict=True)}


def configurations(comparison: Comparison, pair: Combination) -> list[Configuration]:
    """Return the best configuration of a combination on each task, in the order of the tasks' names.

    It is that of the best trial of all repetitions at their ends; of one that changed on the way, the last.
    """
    rows = comparison.outcomes
    own = rows[(rows["searcher"] == pair[0]) & (rows["scheduler"] == pair[1])]
    return _best_of(comparison, own).get(pair, [])


def every_configuration(comparison: Comparison) -> dict[Combination, list[Configuration]]:
    """Return ``configurations`` of each combination that has one."""
    return _best_of(comparison, comparison.outcomes)


def _best_of(comparison: Comparison, outcomes: pd.DataFrame) -> dict[Combination, list[Configuration]]:
    rows = outcomes.dropna(subset=["best", "best_trial"])
    if rows.empty:
        return {}
    trials = comparison.run.trials
    if trials.empty:
        return {}
    lowest = (rows["mode"] == "min").to_numpy()
    loss = rows["best"].to_numpy(dtype=np.float64) * np.where(lowest, 1.0, -1.0)
    first = rows.assign(loss=loss).sort_values("loss", kind="stable")
    first = first.drop_duplicates(["trainable", "searcher", "scheduler"]).sort_values("trainable")
    own = trials.loc[trials["key"].isin(first["key"]), ["key", "trial_id", "config"]]
    configs = {(str(key), str(trial)): text for key, trial, text in own.itertuples(index=False)}
    every: dict[Combination, list[Configuration]] = {}
    for row in first.to_dict("records"):
        text = configs.get((str(row["key"]), str(row["best_trial"])))
        if isinstance(text, str):
            one = Configuration(
                str(row["trainable"]),
                str(row["metric"]),
                float(row["best"]),
                int(row["repetition"]),
                dict(json.loads(text)),
            )
            every.setdefault((str(row["searcher"]), str(row["scheduler"])), []).append(one)
    return every
