"""Reader of YAHPO Gym's CSV files (Pfisterer et al., arXiv 2109.03670).

Which columns there are is written in ``yahpo_gym/benchmarks/*.py`` of github.com/slds-lmu/yahpo_gym: a row is
one configuration at one fidelity on one instance.  Those of the scenario ``lcbench`` have the fidelity
"epoch", the others "trainsize", a share of the training data, and some "repl", the repeated split.  A model
of a larger share is trained anew, so the seconds of that epoch are all of its training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.record.curve_files import lcbench
from benchmarks.record.curve_files.csv_file import read_csv
from benchmarks.record.curve_files.lcbench import dataset_of
from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles

SOURCE = "YAHPO Gym (Pfisterer et al., arXiv 2109.03670)"
INSTANCES = ("OpenML_task_id", "task_id")
LCBENCH = Roles(metric="val_accuracy", mode="max", clock="time", divide_by=100.0, source=SOURCE)
SHARES = Roles(metric="mmce", mode="min", epoch="trainsize", levels=True, seconds="timetrain", source=SOURCE)
#: Columns that are measured, of any scenario.
MEASURED = frozenset(
    {
        *("time", "val_accuracy", "val_cross_entropy", "val_balanced_accuracy", "test_accuracy"),
        *(
            "test_cross_entropy",
            "test_balanced_accuracy",
            "mmce",
            "f1",
            "auc",
            "logloss",
            "timetrain",
            "timepredict",
        ),
        *(
            "ramtrain",
            "rampredict",
            "rammodel",
            "mec",
            "ias",
            "nf",
            "feo",
            "fpredp",
            "facc",
            "ftpr",
            "ffomr",
            "ffnr",
        ),
    }
)


def read_yahpo(path: Path, dataset: str | None) -> CurveRows:
    """Return the rows of one instance, with the measured columns that have a role, and hyperparameters.

    Raises:
        CurveFileError: if the file has another layout, or no such instance.
    """
    rows = read_csv(path)
    instance = next((name for name in INSTANCES if name in rows.columns), None)
    roles = LCBENCH if "epoch" in rows.columns else SHARES
    if instance is None or roles.epoch not in rows.columns:
        raise CurveFileError(
            f"{path} has no {' or '.join(INSTANCES)}, or neither epoch nor trainsize; expected a CSV file of "
            "YAHPO Gym, or give --layout csv and name the columns"
        )
    cells = rows.columns[instance]
    asked = dataset_of(sorted(set(map(str, cells))), dataset, path)
    chosen = [index for index, cell in enumerate(cells) if cell == asked]
    columns = {
        name: [column[index] for index in chosen] for name, column in rows.columns.items() if name != instance
    }
    roles = _fitting(roles, columns)
    space: Mapping[str, Any] | None = lcbench.space() if roles.metric == LCBENCH.metric else None
    return CurveRows(columns, [rows.places[index] for index in chosen], roles, space, MEASURED)


def _fitting(roles: Roles, columns: Mapping[str, Any]) -> Roles:
    """Return the roles of the columns that are there."""
    test = "test_accuracy" if roles.metric == LCBENCH.metric and "test_accuracy" in columns else ""
    seed = "repl" if "repl" in columns else ""
    seconds = roles.seconds if roles.seconds in columns else ""
    return replace(roles, test_metric=test, seed=seed, seconds=seconds)
