"""Expenses: what experiments hold and cost for as long as their clocks say, and budgets in cost."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from results.compare.budgets import Budget
from results.compare.comparison import Comparison
from results.compare.grouping import candidates
from results.compare.run import Run
from results.errors import ResultsError
from results.prices import Amount, Prices, stored
from results.types import Floats

NO_PRICES = Prices()


def prices_of(folders: Iterable[Path]) -> Prices | None:
    """Return the prices of the first run that was given any; None if none was."""
    return next((prices for folder in folders if (prices := stored(folder)) is not None), None)


def hours(rows: pd.DataFrame) -> tuple[Floats, Floats]:
    """Return the processor hours and the GPU hours of each experiment, shape (n,).

    Its workers hold a processor each, and on a GPU their share of one, as long as its clock says: on a
    virtual clock, what it would take on real workers.
    """
    seconds = rows["wall_s"].to_numpy(dtype=np.float64, na_value=np.nan)
    workers = rows["workers"].to_numpy(dtype=np.float64, na_value=np.nan)
    shares = rows.reindex(columns=["gpus_per_trial"])["gpus_per_trial"].fillna(0).to_numpy(dtype=np.float64)
    shares = np.where((rows["device"] == "gpu").to_numpy(), shares, 0.0)
    return seconds * workers / 3600, seconds * workers * shares / 3600


def affordable(run: Run, workers: int, most: Amount, prices: Prices = NO_PRICES) -> list[Comparison]:
    """Return what can be ranked where an experiment may cost so much, at the time that this buys.

    A worker with a share of a GPU costs more an hour than one without, so each kind has a budget of its own.

    Raises:
        ResultsError: as ``grouping.candidates``; also if nothing of what is limited is used.
    """
    rows = run.experiments
    ranked: list[Comparison] = []
    for _, mine in rows.groupby(["device", rows["gpus_per_trial"].fillna(0.0)]):
        share = float(mine["gpus_per_trial"].fillna(0.0).iloc[0])
        rate = workers * most.spent(1.0, share if mine["device"].iloc[0] == "gpu" else 0.0, prices)
        if not rate > 0 or not (mine["workers"] == workers).any():
            continue
        text = f"{most.written(prices)} ({most.amount / rate * 60:.3g} min of {workers} workers)"
        budget = Budget("clock", most.amount / rate * 3600, text)
        ranked += candidates(run.only(mine), workers, budget)
    if not ranked:
        candidates(run, workers, Budget("clock", 1.0, "a second"))  # says what the run lacks, if it does
        raise ResultsError(f"no experiment uses what {most} limits; give another --max-cost")
    return ranked
