"""Reader of PD1's files of JSON lines (Wang et al., arXiv 2109.08215; data CC BY 4.0).

The layout is that of the data's README, linked in github.com/google-research/hyperbo: a line is a trial, with
"study_group" (the task), "status" ("done" or "diverged"), four tuned hyperparameters, and lists with an item
an evaluation: "global_step", "steps_per_sec", "valid/error_rate" ...  Evaluations are evenly spaced; each is
an epoch here, whose seconds are its steps divided by "steps_per_sec".  After the last evaluation of a
diverged trial nothing is known; it stays diverged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ray import tune

from benchmarks.record.curve_files.csv_file import opened
from benchmarks.record.curve_files.lcbench import dataset_of
from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles

ROLES = Roles(
    metric="valid/error_rate",
    mode="min",
    seconds="seconds",
    source="PD1 (Wang et al., arXiv 2109.08215), CC BY 4.0",
)
#: Hyperparameter -> its field in the file.
FIELDS = {
    "lr_initial_value": "hps.lr_hparams.initial_value",
    "lr_power": "hps.lr_hparams.power",
    "lr_decay_steps_factor": "hps.lr_hparams.decay_steps_factor",
    "one_minus_momentum": "hps.opt_hparams.momentum",
}
METRICS = tuple(f"{data}/{what}" for data in ("valid", "train", "test") for what in ("error_rate", "ce_loss"))
_EXPECTED = "expected PD1's layout, a line of JSON for each trial"
Trial = dict[str, Any]


def space() -> dict[str, Any]:
    """Return the space of the paper; momentum as 1 less it, on a logarithmic scale."""
    return {
        "lr_initial_value": tune.loguniform(1e-5, 10.0),
        "lr_power": tune.uniform(0.1, 2.0),
        "lr_decay_steps_factor": tune.uniform(0.01, 0.99),
        "one_minus_momentum": tune.loguniform(1e-3, 1.0),
    }


def read_pd1(path: Path, dataset: str | None) -> CurveRows:
    """Return the rows of one study group.

    Raises:
        CurveFileError: if the file has another layout, or no such group.
    """
    trials = list(_trials(path))
    group = dataset_of(sorted({str(trial["study_group"]) for _, trial in trials}), dataset, path)
    chosen = [(number, trial) for number, trial in trials if trial["study_group"] == group]
    metrics = [name for name in METRICS if any(isinstance(trial.get(name), list) for _, trial in chosen)]
    names = ("epoch", "seconds", *FIELDS, *metrics)
    columns: dict[str, list[Any]] = {name: [] for name in names}
    places: list[str] = []
    most = max(len(trial.get("global_step") or []) for _, trial in chosen)
    for number, trial in chosen:
        for row in _evaluations(trial, metrics, f"line {number}", most):
            for name in names:
                columns[name].append(row[name])
            places.append(f"line {number}, evaluation {row['epoch']}")
    if not places:
        raise CurveFileError(f"{group} in {path} has no evaluations; {_EXPECTED}")
    return CurveRows(columns, places, ROLES, space())


def _evaluations(trial: Trial, metrics: list[str], place: str, most: int) -> Iterator[Trial]:
    """Yield a row for each evaluation of a trial, and one that has diverged behind them if it has."""
    try:
        config = {name: float(trial[field]) for name, field in FIELDS.items()}
    except (KeyError, TypeError, ValueError) as error:
        raise CurveFileError(f"{place}: the trial has no hyperparameter {error}; {_EXPECTED}") from error
    config["one_minus_momentum"] = float(f"{1 - config['one_minus_momentum']:.9g}")
    steps, speeds = (trial.get(name) or [] for name in ("global_step", "steps_per_sec"))
    recorded = [trial.get(name) or [] for name in metrics]
    before = 0.0
    for index, step in enumerate(steps):
        speed = speeds[index] if index < len(speeds) else None
        values = {name: _item(items, index) for name, items in zip(metrics, recorded, strict=True)}
        yield {
            "epoch": index + 1,
            "seconds": (step - before) / speed if speed and step > before else None,
            **config,
            **values,
        }
        before = step
    if (trial.get("status") == "diverged" and len(steps) < most) or not steps:
        gone = dict.fromkeys(metrics, float("nan"))
        yield {"epoch": len(steps) + 1, "seconds": None, **config, **gone}


def _item(items: list[Any], index: int) -> Any:
    """Return an item of a list; NaN where the file has null, or the list is shorter than its trial."""
    value = items[index] if index < len(items) else None
    return float("nan") if value is None else value


def _trials(path: Path) -> Iterator[tuple[int, Trial]]:
    try:
        with opened(path) as stream:
            for number, line in enumerate(stream, 1):
                if not line.strip():
                    continue
                trial = json.loads(line)
                if not isinstance(trial, dict) or "study_group" not in trial:
                    raise CurveFileError(f"line {number} of {path} has no study_group; {_EXPECTED}")
                yield number, trial
    except (UnicodeDecodeError, ValueError) as error:
        raise CurveFileError(f"{path} is not JSON lines: {str(error)[:80]}; {_EXPECTED}") from error
