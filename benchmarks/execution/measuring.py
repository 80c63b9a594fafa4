"""Measuring: constants of a trainable from stored runs, or from a recorded table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.core.refusal import SpecError
from benchmarks.curves.recorded.card import CARD
from benchmarks.curves.recorded.table import card_of, read
from benchmarks.execution.provenance import data_key
from benchmarks.execution.versions import version_of
from benchmarks.suite.measured import Measured
from benchmarks.suite.misuse import Misuse
from benchmarks.suite.registry import TrainableSpec
from results.compare.run import Run, load
from results.store.schema import metric_column
from results.types import Floats

FEWEST = 8  # configurations
RANDOM, WHOLE = "random", "fifo"  # the combination that trains random configurations to their end


def is_table(folder: Path) -> bool:
    """Return whether a folder holds a recorded table."""
    return (folder / CARD).is_file()


def from_runs(spec: TrainableSpec, folders: Sequence[Path], best: float | None) -> Measured:
    """Return the constants from the random configurations that runs have trained to the end.

    Args:
        spec: the trainable.
        folders: of runs.
        best: the best value known of trials of all epochs, if it is better than all in the runs.

    Raises:
        ResultsError: if one is not a run.
        Misuse: if they have too few configurations of this version, or no score can be made of them.
    """
    run, data = load(*folders), spec.datasets[0]
    key = data_key(spec.load(data, 0, None))
    version = version_of("trainable", spec.name).of_data(key).name
    mine = run.experiments[(run.experiments["trainable"] == spec.name) & (run.experiments["status"] == "ok")]
    current = mine[mine["trainable_version"] == version]
    whole = current[(current["searcher"] == RANDOM) & (current["scheduler"] == WHOLE)]
    if whole.empty:
        why = (
            f"only other versions of {spec.name}"
            if len(mine) > len(current)
            else f"no {RANDOM} x {WHOLE} of it"
        )
        raise Misuse(
            f"{', '.join(map(str, folders))}: there is {why}; tunegrid constants without --from trains"
        )
    epochs = int(whole["epochs"].max())
    whole = whole[whole["epochs"] == epochs]
    values, seconds = _curves(run, whole, spec, epochs)
    every = run.results[run.results["key"].isin(current["key"])]
    reached = _best(every, spec, epochs)
    source = f"{len(values)} random configurations, trained on {whole['device'].iloc[0]}"
    return _checked(spec, source, values, reached, best, np.cumsum(seconds))


def from_table(spec: TrainableSpec, folder: Path, best: float | None) -> Measured:
    """Return the constants from a recorded table: configurations' means over its seeds.

    Raises:
        DataError: if the table is damaged.
        Misuse: if it is another trainable's.
    """
    card = card_of(folder)
    if card["trainable"] != spec.name:
        raise Misuse(f"{folder} is a table of {card['trainable']}, not of {spec.name}")
    if spec.metric not in card["metrics"]:
        raise Misuse(f"{folder} has no {spec.metric!r}; it has {', '.join(card['metrics'])}")
    means = read(folder).values(spec.metric).astype(np.float64).mean(axis=1)
    better = np.nanmax if spec.mode == "max" else np.nanmin
    reached = better(means, axis=0)
    random = means[int(card["corners"]) :]  # corners of the space are not random configurations
    source = (
        f"{len(random)} configurations of the recorded table {folder.name}, means of {card['seeds']} seeds"
    )
    return _checked(spec, source, random, reached, best, np.empty(0))


def _curves(run: Run, whole: pd.DataFrame, spec: TrainableSpec, epochs: int) -> tuple[Floats, Floats]:
    """Return the values of configurations, shape (n, epochs), and the mean seconds of each epoch."""
    trials = run.trials[run.trials["key"].isin(whole["key"]) & (run.trials["decision"] != "cut")]
    trials = trials.merge(whole[["key", "repetition"]], on="key")
    trials = trials.drop_duplicates(["repetition", "config"])  # one training, in several runs
    rows = trials[["key", "trial_id", "decision"]].merge(
        run.results[["key", "trial_id", "epoch", "cost", metric_column(spec.metric)]],
        on=["key", "trial_id"],
        how="left",
    )
    table = rows.pivot_table(
        index=["key", "trial_id"], columns="epoch", values=metric_column(spec.metric), dropna=False
    )
    table = table.reindex(columns=range(1, epochs + 1)).astype(np.float64)
    ended = trials.set_index(["key", "trial_id"])["decision"].reindex(table.index) == "ended"
    table[ended] = table[ended].ffill(axis=1)  # a trial that ends by itself keeps its last value
    seconds = rows.groupby("epoch")["cost"].mean().reindex(range(1, epochs + 1)).fillna(0.0)
    return table.to_numpy(), seconds.to_numpy(dtype=np.float64)


def _best(results: pd.DataFrame, spec: TrainableSpec, epochs: int) -> Floats:
    """Return the best value known after each epoch, of all that was trained; shape (epochs,)."""
    by_epoch: Any = results.groupby("epoch")[metric_column(spec.metric)]
    best = (by_epoch.max() if spec.mode == "max" else by_epoch.min()).reindex(range(1, epochs + 1))
    values = best.to_numpy(dtype=np.float64)
    return (np.fmax if spec.mode == "max" else np.fmin).accumulate(values)


def _checked(
    spec: TrainableSpec, source: str, values: Floats, reached: Floats, best: float | None, seconds: Floats
) -> Measured:
    """Return the constants, with the best value that the user knows.

    Raises:
        Misuse: if they are too few, or no score can be made of them.
    """
    if len(values) < FEWEST:
        raise Misuse(
            f"there are {len(values)} random configurations of {spec.name}; at least {FEWEST} are needed"
        )
    if best is not None:
        # With fewer epochs less can be reached, and nobody has said how much.
        last = (np.fmax if spec.mode == "max" else np.fmin)(reached[-1], best)
        reached = np.append(reached[:-1], last)
    measured = Measured(
        spec.name,
        version_of("trainable", spec.name).name,
        spec.metric,
        spec.mode,
        source,
        tuple(seconds.tolist()),
        tuple(reached.tolist()),
        tuple(map(tuple, values.tolist())),
    )
    try:
        measured()
    except SpecError as error:
        raise Misuse(f"nothing is measured of {spec.name}: {error}") from error
    return measured
