"""Trials for exploring: the hyperparameters of a sample of them as columns, and which ones matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.hyperparameters import hyperparameters, is_numeric, spans_decades
from results.compare.importances import Importances, importances, importances_of
from results.compare.run import Run
from results.report.numbers import numbers
from results.store.parts import Combination

#: Trials of a page, and of one task, at most.
ALL, MOST = 30_000, 3_000
#: Share of a sample that are the best of all trials; the others are spread evenly over all.
BEST = 0.2
#: Combinations of a task whose own importances a page has, at most: those with the best means.
OWN = 12
#: Hyperparameters, and values of one that is a choice, at most.
PARAMETERS, VALUES = 12, 40


def sampled(tasks: int) -> int:
    """Return how many trials of each of ``tasks`` tasks a page has."""
    return int(np.clip(ALL // max(tasks, 1), 200, MOST))


def explored(run: Run, comparison: Comparison, indices: dict[Combination, int], most: int) -> dict[str, Any]:
    """Return what there is to explore on a comparison's task.

    Returns:
        "parameters": name, log, values (the names of a choice, None for numbers), most important first;
        "columns": a list a hyperparameter, of numbers or of places among the values; "pair", "best",
        "epochs": lists alike; "trials", how many there are in all; "sign" of the metric; "importances" of
        the task, and by combination.
    """
    experiments = comparison.experiments[["key", "label", "scheduler"]]
    trials = run.trials.loc[run.trials["key"].isin(experiments["key"])]
    trials = trials[np.isfinite(trials["best"].to_numpy(dtype=np.float64, na_value=np.nan))]
    lowest = bool((comparison.experiments["mode"].dropna() == "min").any())
    every = {"": importances(comparison)}
    shown = _sample(trials, most, lowest).merge(experiments, on="key")
    parameters = hyperparameters(shown)
    names = list(every[""].names if every[""] else parameters)
    names = [name for name in names if name in parameters][:PARAMETERS]
    columns = [_column(parameters[name]) for name in names]
    pairs = zip(shown["label"].astype(str), shown["scheduler"].astype(str), strict=True)
    best = sorted(comparison.means, key=lambda pair: -comparison.sign * float(comparison.means[pair].mean))
    own = {str(indices[pair]): importances_of(comparison, pair) for pair in best[:OWN] if pair in indices}
    return {
        "parameters": [
            {"name": name, "log": log, "values": values}
            for name, (log, values, _) in zip(names, columns, strict=True)
        ],
        "columns": [column for _, _, column in columns],
        "pair": [indices[pair] for pair in pairs],
        "best": numbers(shown["best"].to_numpy(dtype=np.float64, na_value=np.nan)),
        "epochs": shown["epochs"].astype(int).tolist(),
        "trials": len(trials),
        "sign": -1 if lowest else 1,
        "importances": {key: _plain(one) for key, one in (every | own).items() if one is not None},
    }


def _sample(trials: pd.DataFrame, most: int, lowest: bool) -> pd.DataFrame:
    if len(trials) <= most:
        return trials
    order = trials["best"].astype(float).rank(method="first", ascending=lowest).to_numpy()
    best = order <= BEST * most
    others = np.flatnonzero(~best)
    evenly = others[np.linspace(0, len(others) - 1, most - int(best.sum())).round().astype(np.intp)]
    chosen = best.copy()
    chosen[evenly] = True
    return trials[chosen]


def _column(values: pd.Series) -> tuple[bool, list[str] | None, list[Any]]:
    """Return whether it spans decades, the names of a choice, and the values."""
    if is_numeric(values):
        array = values.to_numpy(dtype=np.float64)
        return spans_decades(array), None, numbers(array)
    codes, names = pd.factorize(values, sort=True)
    kept = [str(name) for name in names][:VALUES]
    return False, kept, [int(code) if 0 <= code < VALUES else None for code in codes]


def _plain(found: Importances) -> dict[str, Any]:
    return {
        "names": found.names[:PARAMETERS],
        "shares": numbers(found.shares[:PARAMETERS], 4),
        "low": numbers(found.limits[0][:PARAMETERS], 4),
        "high": numbers(found.limits[1][:PARAMETERS], 4),
        "trials": found.trials,
        "repetitions": found.repetitions,
        "source": found.source,
    }
