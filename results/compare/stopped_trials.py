"""Stopped trials and the full curves of their configurations, which other experiments trained to the end.

The same configuration has the same learning curve in all experiments of a repetition, whichever searcher
proposed it and whatever the scheduler did.  So an experiment that trains everything to the end shows what a
stopped trial would have become.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from results.compare.run import Run
from results.statistics.stopping import Stopping, stopping
from results.store.parts import full_schedulers
from results.types import Mode


def stopped_experiments(rows: Run, mode: Mode) -> pd.DataFrame:
    """Return one row an ok experiment of the schedulers that stopped any trial.

    Args:
        rows: experiments of one setting, so that all full curves are equally long.
        mode: "max" or "min".

    Returns:
        Columns key, searcher, scheduler, repetition; stopped, how many trials were, and matched, of how many
        of those the full curve is known; and lost, regret (in units of the metric) and saved of
        ``results.statistics.stopping.Stopping``, NaN unless all full curves of the experiment are known.
        Empty if no trial was stopped, or if no scheduler trains everything to the end.
    """
    ok = rows.experiments[rows.experiments["status"] == "ok"]
    experiments = ok[["key", "searcher", "scheduler", "repetition"]].reset_index(drop=True)
    trials = _trials(rows, experiments, full_schedulers(ok), mode)
    trials = trials[trials["scheduler"].isin(trials.loc[trials["stopped"], "scheduler"].unique())]
    trials["matched"] = trials["stopped"] & trials["full"].notna()
    counts = trials.groupby("key")[["stopped", "matched"]].sum()
    whole = trials[trials["full"].notna().groupby(trials["key"]).transform("all")]
    mine = experiments[experiments["key"].isin(trials["key"].unique())]
    counted = mine.assign(
        stopped=mine["key"].map(counts["stopped"]), matched=mine["key"].map(counts["matched"])
    )
    return counted.join(_verdicts(whole), on="key")


def _trials(rows: Run, experiments: pd.DataFrame, full: list[str], mode: Mode) -> pd.DataFrame:
    """Return the trials of these experiments: key, scheduler, value (higher is better), stopped, epochs, full
    and full_epochs; full is the best value of the configuration's full curve, NaN if that is not known.

    Empty if the schedulers ``full`` have no full curve.
    """
    trials = rows.only(experiments["key"]).trials[["key", "config", "decision", "epochs", "best"]]
    trials = trials.merge(experiments, on="key")
    epochs = trials["epochs"].to_numpy(dtype=np.float64, na_value=0)
    value = trials["best"].to_numpy(dtype=np.float64, na_value=np.nan) * (1 if mode == "max" else -1)
    # What ended by itself has no longer curve.
    done = trials["decision"].isin(["completed", "ended"]).to_numpy(dtype=bool)
    stopped = (trials["decision"] == "stopped").to_numpy(dtype=bool)
    trials = trials.assign(value=value, epochs=epochs, stopped=stopped)
    trials["end"] = np.where(np.isfinite(value), value, -np.inf)
    reference = trials[trials["scheduler"].isin(full) & done]
    if reference.empty:
        return trials[:0].assign(full=np.nan, full_epochs=np.nan)
    curves = reference.groupby(["repetition", "config"])[["end", "epochs"]].max()
    joined = trials.join(curves.set_axis(["full", "full_epochs"], axis=1), on=["repetition", "config"])
    # What was trained to the end here is its own full curve.
    itself = done & joined["full"].isna()
    return joined.assign(
        full=joined["full"].mask(itself, joined["end"]),
        full_epochs=joined["full_epochs"].mask(itself, joined["epochs"]),
    )


def _verdicts(trials: pd.DataFrame) -> pd.DataFrame:
    """Return lost, regret and saved of each key whose trials all have a full curve."""
    code, keys = pd.factorize(trials["key"])
    if not len(keys):
        return pd.DataFrame(index=keys, columns=list(Stopping._fields), dtype=float)
    names = ("full", "value", "stopped", "epochs", "full_epochs")
    verdict = stopping(code, *(trials[name].to_numpy() for name in names))
    return pd.DataFrame(verdict._asdict(), index=keys, dtype=float)
