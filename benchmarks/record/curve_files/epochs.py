"""MeasuredRows columns of a file: epochs, metrics and seconds as numbers, checked row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.core.refusal import nearest
from benchmarks.record.curve_files.rows import CurveFileError, CurveRows, Roles, finite, numbers

MOST_EPOCHS = 10_000
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MeasuredRows:
    """Seed, epoch, time and metrics of each row of a file.

    Attributes:
        metric: name of the tuned metric.
        epochs: of each row, from 1.
        seeds: their labels; None: one seed.
        values: metric -> value of each row, NaN and infinities as they are; NaN where nothing is written.
        absent: whether nothing is written in the tuned metric.
        seconds: of an epoch, as each row says; NaN where unknown.
    """

    metric: str
    epochs: npt.NDArray[np.int64]
    seeds: Sequence[str] | None
    values: dict[str, Floats]
    absent: npt.NDArray[np.bool_]
    seconds: Floats


def measured(rows: CurveRows, roles: Roles) -> MeasuredRows:
    """Return the measured columns of the rows.

    Raises:
        CurveFileError: for a column that is not there, or a cell that cannot be, with its row.
    """
    for name in roles.columns:
        if name not in rows.columns:
            raise CurveFileError(f"there is no column {name!r}; {nearest(name, list(rows.columns))}")
    epochs = _epochs(rows, roles)
    values, absent = {}, np.zeros(len(epochs), bool)
    for name in (roles.metric, roles.test_metric):
        if name:
            cells = numbers(rows, name)
            values[name] = np.array([np.nan if cell is None else cell for cell in cells]) / roles.divide_by
            if name == roles.metric:
                absent = np.array([cell is None for cell in cells])
    seeds = [str(cell) for cell in rows.columns[roles.seed]] if roles.seed else None
    return MeasuredRows(roles.metric, epochs, seeds, values, absent, _seconds(rows, roles, epochs))


def _epochs(rows: CurveRows, roles: Roles) -> npt.NDArray[np.int64]:
    cells = numbers(rows, roles.epoch)
    for place, cell in zip(rows.places, cells, strict=True):
        if not finite(cell):
            raise CurveFileError(
                f"{place}: {roles.epoch} is {'empty' if cell is None else cell}; expected a number"
            )
    found = np.array(cells, float)
    if roles.levels:
        return np.searchsorted(np.unique(found), found) + 1
    for place, value in zip(rows.places, found.tolist(), strict=True):
        if not value.is_integer():
            raise CurveFileError(
                f"{place}: {roles.epoch} is {value:g}; expected a whole number, or give --levels to take the "
                "distinct values as epochs 1, 2, ..."
            )
        epoch = int(value) - roles.first_epoch + 1
        if epoch < 1:
            raise CurveFileError(
                f"{place}: {roles.epoch} is {value:g}, before the first epoch {roles.first_epoch}; give "
                f"--first-epoch {int(value)}, or delete what was measured before training"
            )
        if epoch > MOST_EPOCHS:
            raise CurveFileError(
                f"{place}: {roles.epoch} is {value:g}; a table has at most {MOST_EPOCHS:,} epochs; give "
                "--levels if these are steps"
            )
    return found.astype(np.int64) - roles.first_epoch + 1


def _seconds(rows: CurveRows, roles: Roles, epochs: npt.NDArray[np.int64]) -> Floats:
    """Return the seconds of an epoch, as each row says; of a clock those that an epoch took on average."""
    if not (name := roles.seconds or roles.clock):
        return np.full(len(epochs), np.nan)
    cells = numbers(rows, name)
    for place, cell in zip(rows.places, cells, strict=True):
        if finite(cell) and cell is not None and cell < 0:
            raise CurveFileError(f"{place}: {name} is {cell:g}; expected seconds, 0 or more")
    found = np.array([cell if finite(cell) else np.nan for cell in cells], float)
    return found if roles.seconds else found / epochs
