"""Reader of LCBench's JSON files (Zimmer, Lindauer and Hutter, arXiv 2006.13799).

The layout is that of ``api.py`` in github.com/automl/LCBench: data set -> configuration -> "config" (values),
"log" (lists, an item an epoch: "epoch", "time", "Train/val_accuracy" ...) and "results".  The search space is
the one in its README.  "time" is seconds since the start; accuracies are percentages, read here as shares.
The logs begin with epoch 0, before any training, which is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ray import tune

from benchmarks.core.refusal import nearest
from benchmarks.record.curve_files.csv_file import opened
from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles

ROLES = Roles(
    metric="Train/val_accuracy",
    mode="max",
    test_metric="Train/test_result",
    clock="time",
    divide_by=100.0,
    source="LCBench (Zimmer, Lindauer and Hutter, arXiv 2006.13799)",
)


def space() -> dict[str, Any]:
    """Return the space of LCBench's README."""
    return {
        "batch_size": tune.lograndint(16, 513),
        "learning_rate": tune.loguniform(1e-4, 1e-1),
        "momentum": tune.uniform(0.1, 0.99),
        "weight_decay": tune.uniform(1e-5, 1e-1),
        "num_layers": tune.randint(1, 6),
        "max_units": tune.lograndint(64, 1025),
        "max_dropout": tune.uniform(0.0, 1.0),
    }


def read_lcbench(path: Path, dataset: str | None) -> CurveRows:
    """Return the rows of one data set.

    Raises:
        CurveFileError: if the file has another layout, or no such data set.
    """
    data = _content(path)
    name = dataset_of(list(data), dataset, path)
    columns: dict[str, list[Any]] = {}
    places: list[str] = []
    for key, run in data[name].items():
        try:
            log = {tag: values for tag, values in run["log"].items() if isinstance(values, list)}
            config, epochs = dict(run["config"]), list(log["epoch"])
        except (KeyError, TypeError, AttributeError) as error:
            raise CurveFileError(
                f"configuration {key} of {name} in {path} has no {error}; {_EXPECTED}"
            ) from error
        for index, epoch in enumerate(epochs):
            if epoch == 0:
                continue
            row = {tag: values[index] for tag, values in log.items() if len(values) == len(epochs)} | config
            if columns and row.keys() != columns.keys():
                odd = sorted(row.keys() ^ columns.keys())
                raise CurveFileError(f"configuration {key} of {name} differs in {odd[0]!r}; {_EXPECTED}")
            for tag, value in row.items():
                columns.setdefault(tag, []).append(value)
            places.append(f"configuration {key}, epoch {epoch}")
    if not places:
        raise CurveFileError(f"{name} in {path} has no epochs; {_EXPECTED}")
    return CurveRows(columns, places, ROLES, space())


def dataset_of(known: list[str], asked: str | None, path: Path) -> str:
    """Return the data set of a file that is meant: the one that was asked for, or the only one.

    Raises:
        CurveFileError: if there is none of that name, or several.
    """
    if asked is None and len(known) == 1:
        return known[0]
    shown = ", ".join(known[:40]) + (" ..." if len(known) > 40 else "")
    if asked is None:
        raise CurveFileError(f"{path} has {len(known)} data sets; name one with --dataset: {shown}")
    if asked not in known:
        raise CurveFileError(f"{path} has no data set {asked!r}; {nearest(asked, known)} (it has {shown})")
    return asked


_EXPECTED = "expected LCBench's layout, data set -> configuration -> config, log, results"


def _content(path: Path) -> Mapping[str, Any]:
    try:
        with opened(path) as stream:
            data = json.load(stream)
    except (UnicodeDecodeError, ValueError) as error:
        raise CurveFileError(f"{path} is not JSON: {str(error)[:80]}; {_EXPECTED}") from error
    if not isinstance(data, dict) or not data or not all(isinstance(runs, dict) for runs in data.values()):
        raise CurveFileError(f"{path} holds no runs by data set; {_EXPECTED}")
    return data
