"""Rows of experiments with their settings: defaults, differences, values, and no repetition twice."""

from __future__ import annotations

import numpy as np
import pandas as pd

from results.compare.blocks import BLOCK, COMBINATION
from results.compare.settings import COLUMNS, OLDER
from results.errors import ResultsError


def check_unique(experiments: pd.DataFrame) -> None:
    """Raise ResultsError if two experiments are the same repetition of the same combination and task."""
    cell = ["task", *BLOCK[1:], *COMBINATION]
    twice = experiments[experiments.duplicated(cell, keep=False)]
    if len(twice):
        same = twice[(twice[cell] == twice[cell].iloc[0]).all(axis=1)]
        differing = varying_columns(same, COLUMNS)
        which = " x ".join(map(str, same.iloc[0][COMBINATION]))
        raise ResultsError(
            f"{which} has {len(same)} experiments of the same repetition, which cannot be told apart: they "
            f"differ in {', '.join(differing) or 'no setting'}; keep them in separate runs"
        )


def with_defaults(experiments: pd.DataFrame) -> pd.DataFrame:
    """Return experiments with the defaults of the settings that an older run does not have."""
    texts = [name for name, default in OLDER.items() if isinstance(default, str) and name in experiments]
    empty = {name: object for name in texts if pd.api.types.is_float_dtype(experiments[name])}
    return experiments.astype(empty).fillna(OLDER)


def varying_columns(experiments: pd.DataFrame, columns: tuple[str, ...]) -> list[str]:
    """Return the columns in which the experiments differ."""
    return [name for name in columns if experiments[name].nunique(dropna=False) > 1]


def has_value(experiments: pd.DataFrame, *columns: str) -> pd.Series:
    """Return which experiments are ok and have finite numbers in the columns."""
    numbers = experiments[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)
    known: pd.Series = (experiments["status"] == "ok") & np.isfinite(numbers).all(axis=1)
    return known
