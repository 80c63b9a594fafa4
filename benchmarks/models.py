"""The best model of a run, ready to use: found in the tables, rebuilt from its checkpoint, tested again.

This is the one part of ``results`` that needs ``benchmarks`` and the trainable's libraries; they are
imported when ``best_model`` is called.
"""

from __future__ import annotations

import difflib
import json
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from results.compare.reasons import reason_line
from results.compare.run import Run, load
from results.errors import ResultsError

if TYPE_CHECKING:
    import torch

FILTERS = ("trainable", "searcher", "scheduler", "device", "repetition")


class BestModel(NamedTuple):
    """A trained model.

    Attributes:
        model: the network, on the CPU and in evaluation mode.
        test_metric: name of the test metric; empty if the trainable has none.
        test: its value for ``model``, measured now, on the CPU; NaN if there is none.
        experiment: the row of the experiments table; ``experiment["test"]`` is what was measured then.
    """

    model: torch.nn.Module
    test_metric: str
    test: float
    experiment: pd.Series[Any]


def best_model(
    run: str | PathLike[str],
    *,
    trainable: str | None = None,
    searcher: str | None = None,
    scheduler: str | None = None,
    device: str | None = None,
    repetition: int | None = None,
    data_dir: str | None = None,
) -> BestModel:
    """Return the model of the best incumbent among the experiments that match.

    Args:
        run: the run folder.
        trainable, searcher, scheduler, device, repetition: what the experiment must have; None = any.
        data_dir: where the full data lies, if the experiment trained on it.

    Raises:
        ResultsError: if nothing matches, the matching ones have no model, they are of several trainables
            (whose metrics cannot be compared), or the checkpoint cannot be loaded.
    """
    tables = load(run)
    criteria = dict(zip(FILTERS, (trainable, searcher, scheduler, device, repetition), strict=True))
    row = choose(tables.experiments, {name: value for name, value in criteria.items() if value is not None})
    return rebuild(Path(run), tables, row, data_dir)


def choose(experiments: pd.DataFrame, criteria: dict[str, Any], *, only_kept: bool = True) -> pd.Series[Any]:
    """Return the row with the best ``best`` among the ok ones that match ``criteria``.

    Args:
        only_kept: only those that have kept a checkpoint.

    Raises:
        ResultsError: see ``best_model``.
    """
    if experiments.empty:
        raise ResultsError("the run has no finished experiment yet; wait for one, or resume the run")
    match = pd.Series(True, index=experiments.index)
    for name, value in criteria.items():
        match &= experiments[name] == value
    matching = experiments[match]
    if matching.empty:
        raise ResultsError(_nearest(experiments, criteria))
    ok = matching[(matching["status"] == "ok") & matching["best"].notna()]
    if ok.empty:
        row = matching.iloc[0]
        raise ResultsError(
            f"no matching experiment ended ok; {_name(row)} is {row['status']} "
            f"({reason_line(row['reason'])}); choose another"
        )
    chosen = ok[ok["checkpoint"].fillna("") != ""] if only_kept else ok
    if chosen.empty:
        raise ResultsError(
            f"no matching experiment kept a checkpoint, {_name(ok.iloc[0])} for one; "
            "the engine virtual and trainables without checkpoints leave no model"
        )
    kinds = sorted(chosen["trainable"].unique())
    if len(kinds) > 1:
        raise ResultsError(f"the matching experiments train {', '.join(kinds)}; choose one by trainable=...")
    values = chosen["best"].to_numpy(dtype=np.float64)
    return chosen.iloc[int(values.argmax() if chosen["mode"].iloc[0] == "max" else values.argmin())]


def _nearest(experiments: pd.DataFrame, criteria: dict[str, Any]) -> str:
    """Say that nothing matches ``criteria`` and what comes nearest."""
    for name, value in criteria.items():
        known = sorted({str(other) for other in experiments[name].dropna()})
        if str(value) not in known:
            near = difflib.get_close_matches(str(value), known, n=1, cutoff=0.4)
            hint = f"the nearest is {near[0]!r}" if near else f"there are {', '.join(known)}"
            return f"the run has no experiment with {name} {value!r}; {hint}"
    shared = np.sum([experiments[name].to_numpy() == value for name, value in criteria.items()], axis=0)
    row = experiments.iloc[int(shared.argmax())]
    criteria_text = ", ".join(f"{name} {value!r}" for name, value in criteria.items())
    return f"the run has no experiment with {criteria_text}; the nearest is {_name(row)}"


def _name(row: pd.Series[Any]) -> str:
    return (
        f"{row['trainable']}, {row['searcher']} x {row['scheduler']} on {row['device']}, "
        f"repetition {row['repetition']}"
    )


def rebuild(run: Path, tables: Run, row: pd.Series[Any], data_dir: str | None = None) -> BestModel:
    """Return the model of the incumbent of an experiment, a row of the experiments table.

    Raises:
        ResultsError: see ``best_model``.
    """
    from benchmarks.execution.user_code import register
    from benchmarks.suite.misuse import Misuse
    from benchmarks.suite.registry import TRAINABLES, SpecError, UnknownName

    checkpoint = run / str(row["checkpoint"])
    if not checkpoint.exists():
        raise ResultsError(f"the checkpoint {checkpoint} is gone; restore it, or run {_name(row)} again")
    try:
        register(run)
        spec = TRAINABLES[str(row["trainable"])]
    except (UnknownName, Misuse, SpecError) as error:
        raise ResultsError(f"cannot rebuild the model: {error}") from error
    if not hasattr(spec.target, "rebuild"):
        raise ResultsError(
            f"the trainable {spec.name} has no rebuild(checkpoint); load {checkpoint} yourself"
        )
    try:
        model = spec.target.rebuild(checkpoint)
    except Exception as error:
        raise ResultsError(
            f"the checkpoint {checkpoint} cannot be loaded ({type(error).__name__}: {error}); "
            f"restore it, or run {_name(row)} again"
        ) from error
    if not spec.test_metric:
        return BestModel(model, "", float("nan"), row)
    metrics = _test(spec, tables, row, checkpoint, data_dir)
    return BestModel(model, spec.test_metric, metrics[spec.test_metric], row)


def _test(
    spec: Any, tables: Run, row: pd.Series[Any], checkpoint: Path, data_dir: str | None
) -> dict[str, float]:
    """Return the test metrics of the checkpoint's model, by the trainable's own ``test`` in this process."""
    from benchmarks.suite.session import Session
    from benchmarks.training.standalone import standalone

    arrays = spec.load(str(row["data"]), int(row["train_size"]), data_dir)
    session = Session(spec.name, int(row["repetition"]), "cpu", arrays, f"{row['data']}-{row['train_size']}")
    trial = standalone(spec, configuration(tables, row), session)
    trial.load_checkpoint(str(checkpoint))
    metrics: dict[str, float] = trial.test()
    return metrics


def configuration(tables: Run, row: pd.Series[Any]) -> dict[str, Any]:
    """Return the configuration that trained the epoch of an experiment's incumbent.

    Raises:
        ResultsError: if the results do not have it.
    """
    rows = tables.results
    mine = rows[(rows["key"] == row["key"]) & (rows["trial_id"] == row["best_trial"])]
    at_best = mine[mine["epoch"] == row["best_epoch"]]
    try:
        config = json.loads(at_best["config"].iloc[-1])
    except (IndexError, TypeError, ValueError) as error:
        raise ResultsError(
            f"the results of {_name(row)} have no configuration of its best epoch; restore them, or "
            "run it again"
        ) from error
    values: dict[str, Any] = config
    return values
