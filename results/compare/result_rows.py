"""The rows of the results table, experiment by experiment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

#: Whether a row is its trial's last; no metric has a column of this name (see ``metric_column``).
LAST = "metric/last"

Rows = dict[str, NDArray[Any]]


def experiments_of(table: pa.Table) -> Iterator[tuple[str, Rows, Mapping[str, int]]]:
    """Yield key and columns of each experiment of a table, its rows in the order in which they came.

    In ``trial_id`` stand numbers, which the last value yielded has for each name.
    The column ``last`` says of each row whether it is its trial's last.
    """
    if not table.num_rows:
        return
    keys, code = _codes(table.column("key"))
    trials, numbers = _codes(table.column("trial_id")) if "trial_id" in table.column_names else ([], code)
    names = {trial: number for number, trial in enumerate(trials)}
    columns: Rows = {
        name: numbers if name == "trial_id" else table.column(name).to_numpy()
        for name in table.column_names
        if name != "key"
    }
    # The store keeps its rows sorted, which is quick to see.
    if not _sorted(code, columns["seq"]):
        place = np.lexsort([columns["seq"], code])
        code = code[place]
        columns = {name: values[place] for name, values in columns.items()}
    if "trial_id" in columns:
        trial = columns["trial_id"].astype(np.int64)
        columns[LAST] = ~pd.Series(trial * len(keys) + code).duplicated(keep="last").to_numpy()
    bounds = np.flatnonzero(np.diff(code)) + 1
    for start, end in zip([0, *bounds], [*bounds, len(code)], strict=True):
        yield keys[code[start]], {name: values[start:end] for name, values in columns.items()}, names


def _codes(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.integer]]:
    """Return the different values of a column of strings, and of each row which it has."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    encoded = column.unify_dictionaries().combine_chunks()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy(zero_copy_only=False)


def _sorted(code: NDArray[Any], seq: NDArray[Any]) -> bool:
    """Return whether rows are in the order of experiment and, within each, of ``seq``."""
    step = np.diff(code)
    return bool((step >= 0).all() and (np.diff(seq)[step == 0] >= 0).all())
