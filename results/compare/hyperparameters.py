"""The hyperparameters of trials: the stored configurations as columns of numbers or of names."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from results.types import Floats

PREFIX = "config/"
FEW = 10  # different numbers, at most, that count as choices


def hyperparameters(trials: pd.DataFrame) -> pd.DataFrame:
    """Return one column a hyperparameter, by name, with the rows of ``trials``.

    A choice between groups of hyperparameters is taken apart: the column of {"optimizer": {"name": "adam",
    "lr": 0.1}} becomes optimizer.name and optimizer.lr.  What a configuration does not have is missing.
    Hyperparameters that have the same value everywhere are left out.

    Args:
        trials: rows of the trials table, with columns ``config/NAME``.
    """
    columns: dict[str, Any] = {}
    for column in (str(column) for column in trials if str(column).startswith(PREFIX)):
        values, name = trials[column], column.removeprefix(PREFIX)
        objects = np.array([str(value).startswith("{") for value in values], dtype=bool)
        if objects.any():
            groups: list[dict[str, Any]] = [_group(value) for value in values]
            for key in sorted({key for group in groups for key in group}):
                columns[f"{name}.{key}"] = pd.Series(
                    _apart([group.get(key) for group in groups]), trials.index
                )
            columns[name] = values.mask(objects, "{}")
        else:
            columns[name] = _read(values)
    frame = pd.DataFrame(columns, index=trials.index)
    varying = [name for name in columns if frame[name].nunique() > 1]
    return pd.DataFrame({name: _typed(frame[name]) for name in sorted(varying)}, index=trials.index)


def is_numeric(values: pd.Series) -> bool:
    """Return whether a column of ``hyperparameters`` holds numbers, not names."""
    return pd.api.types.is_float_dtype(values)


def is_choice(values: pd.Series) -> bool:
    """Return whether a column of ``hyperparameters`` holds names, or a few different numbers."""
    return not is_numeric(values) or values.nunique() <= FEW


def spans_decades(values: Floats) -> bool:
    """Return whether numbers are better seen on a logarithmic scale: 90 % of them span a factor of 50.

    Of uniform numbers from 0 on they span a factor of 20, of log-uniform ones over two decades one of 63.
    """
    finite = values[np.isfinite(values)]
    if not len(finite) or finite.min() <= 0:
        return False
    with np.errstate(over="ignore"):
        return bool(finite.max() / np.quantile(finite, 0.05) >= 50)


def _group(value: Any) -> dict[str, Any]:
    """Return what a JSON object holds, the parts of objects in it under NAME.PART."""
    try:
        read = json.loads(value)
    except (TypeError, ValueError):
        return {}
    flat: dict[str, Any] = {}
    for key, part in read.items() if isinstance(read, dict) else ():
        flat |= {f"{key}.{inner}": p for inner, p in part.items()} if isinstance(part, dict) else {key: part}
    return flat


def _apart(parts: list[Any]) -> list[Any]:
    """Return parts of configurations, as JSON if one is not scalar or two differ in type only (1 and 1.0)."""
    texts = [None if part is None else json.dumps(part) for part in parts]
    scalars = not any(isinstance(part, list | dict) for part in parts)
    return parts if scalars and len(set(parts)) == len(set(texts)) else texts


def _read(values: pd.Series) -> pd.Series:
    """Return a column of texts of JSON, which the store makes of values of several kinds, as what they say.

    It stays as it is if there are other texts, if two values would look alike (1 and 1.0), or if one is NaN.
    """
    texts = values.dropna().unique()
    if not all(isinstance(text, str) for text in texts):
        return values
    try:
        meanings = {text: json.loads(text) for text in texts}
    except ValueError:
        return values
    numbers = all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in meanings.values()
    )
    if not numbers and not all(isinstance(value, str) for value in meanings.values()):
        return values
    if len(set(meanings.values())) < len(meanings) or any(value != value for value in meanings.values()):
        return values
    return pd.Series([meanings.get(value) for value in values], values.index, dtype=object)


def _typed(values: pd.Series) -> pd.Series:
    """Return floats with NaN if all values are numbers, else names."""
    there = values.dropna()
    if there.map(
        lambda value: isinstance(value, int | float | np.number) and not isinstance(value, bool)
    ).all():
        return values.astype("Float64").astype(np.float64)
    return values.map(str, na_action="ignore").astype(object)
