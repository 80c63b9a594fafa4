"""Everything that reads results: the store, statistics, figures.  Nothing here imports Ray, Torch or a tuner.

``load("runs/x")`` gives the three tables of a run folder as data frames.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa

from results.store import ResultsError, Store

if TYPE_CHECKING:
    from results.models import best_model

__all__ = ["ResultsError", "Run", "Store", "best_model", "load", "run_folder"]

RUN_FILE = "run.toml"

# Whole numbers stay whole where some are missing; strings and floats use NaN for what is missing.
_TYPES = {
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
    pa.string(): pd.StringDtype(na_value=float("nan")),
}


def __getattr__(name: str) -> Any:
    if name == "best_model":  # its module imports from this one
        from results.models import best_model

        return best_model
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Run(NamedTuple):
    """The committed rows of a run folder; the columns are those of ``results.schema``.

    Attributes:
        experiments: one row an experiment.
        trials: one row a trial, with a column ``config/NAME`` for each hyperparameter.
        results: one row a result, with a column for each metric.
    """

    experiments: pd.DataFrame
    trials: pd.DataFrame
    results: pd.DataFrame


def load(run: str | PathLike[str]) -> Run:
    """Read a run folder.

    int64 columns have the dtype ``Int64``, bool ``boolean``, string ``str``, double ``float64``; the frames
    are empty, with the schema's columns, if nothing is committed yet.

    Raises:
        ResultsError: if ``run`` is not a run folder, or a Parquet file of it is damaged.
    """
    store = Store(run_folder(run))
    return Run(*(_frame(store.read(name)) for name in Run._fields))


def run_folder(run: str | PathLike[str]) -> Path:
    """Return ``run`` as a path, if it is a run folder.

    Raises:
        ResultsError: if it is not there, or has no ``run.toml``.
    """
    folder = Path(run)
    if not folder.exists():
        raise ResultsError(f"{folder} does not exist; expected a run folder such as runs/NAME")
    if not (folder / RUN_FILE).is_file():
        raise ResultsError(
            f"{folder} is not a run folder: no {RUN_FILE} in it; give the folder that holds it"
        )
    return folder


def _frame(table: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = table.to_pandas(types_mapper=_TYPES.get)
    return frame
