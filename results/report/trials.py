"""The best trials of each combination with their configurations, up to what a page can hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

from results.compare.comparison import Comparison
from results.compare.run import Run

#: Of all trials together, and of one combination on one task.
ALL, FEWEST, MOST = 20_000, 5, 40


def shown(combinations: int) -> int:
    """Return how many trials of each of ``combinations`` combinations a page shows."""
    return int(np.clip(ALL // max(combinations, 1), FEWEST, MOST))


def best_trials(run: Run, comparison: Comparison, most: int) -> pd.DataFrame:
    """Return the ``most`` best trials of each combination of a comparison, the best first.

    Columns: searcher (its label), scheduler, repetition, number, best, epochs, decision, started, ended and
    config, its JSON.  Trials without a finite metric are never among them.
    """
    experiments = comparison.experiments[["key", "label", "scheduler", "repetition"]]
    rows = run.trials.loc[run.trials["key"].isin(experiments["key"])]
    rows = rows[np.isfinite(rows["best"].to_numpy(dtype=np.float64, na_value=np.nan))]
    rows = rows.merge(experiments.rename(columns={"label": "searcher"}), on="key")
    rows = rows.sort_values(
        ["best", "repetition", "number"], ascending=[_lowest_first(comparison), True, True]
    )
    chosen: pd.DataFrame = rows.groupby(["searcher", "scheduler"], sort=False).head(most)
    return chosen


def _lowest_first(comparison: Comparison) -> bool:
    """Return whether the best value of the metric itself is the lowest; a score does not tell."""
    modes = comparison.experiments["mode"].dropna()
    return bool(len(modes)) and modes.iloc[0] == "min"
