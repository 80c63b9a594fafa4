"""Importance of hyperparameters in the trials of a comparison, with intervals over repetitions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.hyperparameters import hyperparameters, is_choice, spans_decades
from results.statistics.importance import TARGET, Cells, importance, intervals, numeric
from results.store.parts import Combination, base_searchers, full_schedulers
from results.types import Floats

LEAST = 30  # trials
FEWEST_BEST = 5  # trials among the best
MOST_TRIALS = 20_000

#: How it is measured, for captions.
MEASURE = (
    "PED-ANOVA (arXiv 2304.10255): how much the values of a hyperparameter among the best trials, "
    f"{TARGET:.0%} or at least {FEWEST_BEST} of them, differ from those among all trials, as shares of "
    "their sum; by itself each, not what they do together. What does not matter has a share too: "
    "chance makes a difference, the more the fewer trials"
)


class Importances(NamedTuple):
    """Importances of hyperparameters, the most important first.

    Attributes:
        names: of the hyperparameters.
        shares: shape (parameters,).
        limits: 95 % percentile bootstrap over repetitions, shape (2, parameters); NaN with one repetition.
        trials, repetitions: how many they rest on.
        source: whose trials these are.
    """

    names: list[str]
    shares: Floats
    limits: Floats
    trials: int
    repetitions: int
    source: str


def importances(comparison: Comparison) -> Importances | None:
    """Return the importances on a comparison's task; None if it has too few trials."""
    return _of(comparison, *_choose(comparison.experiments))


def importances_of(comparison: Comparison, pair: Combination) -> Importances | None:
    """Return the importances in the trials of one combination; None if it has too few of them."""
    rows = comparison.experiments
    own = rows[(rows["label"] == pair[0]) & (rows["scheduler"] == pair[1]) & (rows["status"] == "ok")]
    return _of(comparison, own, " x ".join(pair))


def _of(comparison: Comparison, chosen: pd.DataFrame, source: str) -> Importances | None:
    if chosen.empty:
        return None
    trials = comparison.run.only(chosen).trials.merge(chosen[["key", "repetition"]], on="key")
    best = trials["best"].to_numpy(dtype=np.float64, na_value=np.nan)
    trials, best = trials[np.isfinite(best)], best[np.isfinite(best)]
    parameters = hyperparameters(trials)
    if len(trials) < LEAST or parameters.shape[1] < 2:
        return None
    cells = [_cells(parameters[name]) for name in parameters]
    lowest = (chosen["mode"].dropna() == "min").any()
    loss = best if lowest else -best
    group = pd.factorize(trials["repetition"], sort=True)[0]
    target = max(TARGET, FEWEST_BEST / len(trials))
    shares = importance(cells, loss, target=target)
    limits = intervals(cells, loss, group, np.random.default_rng(0), target)
    order = np.argsort(-shares, kind="stable")
    names = [str(list(parameters)[place]) for place in order]
    return Importances(names, shares[order], limits[:, order], len(trials), int(group.max()) + 1, source)


def _choose(experiments: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return the experiments whose trials say most, and which they are.

    A trial that was stopped early says little about its configuration, and a searcher that learns samples
    where others were good: so random search, with the scheduler that trains all to the end, if they ran.
    """
    ok = experiments[experiments["status"] == "ok"].sort_values(["repetition", "searcher", "scheduler"])
    names = []
    for column, names_of in (("scheduler", full_schedulers), ("searcher", base_searchers)):
        if wanted := names_of(ok):
            ok = ok[ok[column].isin(wanted)]
            names.append(" and ".join(wanted))
        elif ok[column].nunique() == 1:
            names.append(str(ok[column].iloc[0]))
        else:
            names.append(f"all {column}s")
    # Whole repetitions, as many as are needed.
    before = ok["trials"].astype(float).cumsum()
    return ok[before <= max(MOST_TRIALS, before.iloc[0])] if len(ok) else ok, " x ".join(names[::-1])


def _cells(values: pd.Series) -> Cells:
    if is_choice(values):
        code, names = pd.factorize(values, sort=True)
        return Cells(code, len(names), ordered=False)
    numbers = values.to_numpy(dtype=np.float64)
    low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    return numeric(numbers, low, high, log=spans_decades(numbers))
